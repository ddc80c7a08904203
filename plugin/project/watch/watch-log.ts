/**
 * What watches did, in `.maquette/watch.log`: a line of JSON per event, the latest last. The folder is
 * not for version control.
 */
import { appendFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode, writeError } from "../../files/file-errors.ts";
import { writeFileAtomically } from "../../files/write.ts";
import { PROJECT_FOLDER } from "../run-report.ts";
import { eventJson } from "./event-json.ts";
import type { WatchEvent } from "./events.ts";

/** A log that is longer becomes `watch.former.log`, and a new one begins. */
const MAX_BYTES = 4 << 20;

export class WatchLog {
  readonly #root: string;
  /** The last of the writes, which follow one another. */
  #writing: Promise<void>;
  #lines: string[] = [];
  #problem: unknown;

  constructor(root: string) {
    this.#root = root;
    this.#writing = this.#inTurn(() =>
      writeFileAtomically(join(root, PROJECT_FOLDER, ".gitignore"), "*\n"),
    );
  }

  add(event: WatchEvent): void {
    const content = eventJson(event);
    if (content === undefined) return;
    this.#lines.push(`${JSON.stringify({ time: new Date().toISOString(), ...content })}\n`);
    if (this.#lines.length === 1) {
      this.#writing = this.#writing.then(() => this.#inTurn(() => this.#write()));
    }
  }

  /** Resolves when all that was added is written. @throws InputError when something could not be. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#problem !== undefined) throw this.#problem;
  }

  async #write(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    const file = logFile(this.#root);
    if ((await sizeOf(file)) > MAX_BYTES) await rename(file, formerLogFile(this.#root));
    await appendFile(file, lines.join(""));
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#problem ??= writeError(error, logFile(this.#root));
    }
  }
}

function logFile(root: string): string {
  return join(root, PROJECT_FOLDER, "watch.log");
}

function formerLogFile(root: string): string {
  return join(root, PROJECT_FOLDER, "watch.former.log");
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
    return 0;
  }
}
