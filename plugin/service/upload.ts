/**
 * A picture that a client sends, into a folder of the project: written as a draft, looked at, and
 * only then given a name, so that the watch never meets half of it.
 */
import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { CancelledError, InputError } from "../core/errors.ts";
import { PICTURE_FORMATS } from "../core/picture-formats.ts";
import { writeError } from "../files/file-errors.ts";
import { sniffFormat } from "../image/sniff.ts";
import { MAX_UPLOAD_BYTES } from "../protocol/service.ts";
import { draftIn, placeNew, removeDraft } from "./drafts.ts";
import { freePictureName } from "./picture-name.ts";

/** Enough to tell a picture by, also an SVG with a long licence before its root. */
const HEAD_BYTES = 64 << 10;

export class Uploads {
  /** The last of the namings, which follow one another: names that differ in case may be one. */
  #naming: Promise<unknown> = Promise.resolve();
  readonly #openFile: typeof open;

  /** @param openFile Opens the draft; replaced in tests of failing disks. */
  constructor(openFile: typeof open = open) {
    this.#openFile = openFile;
  }

  /**
   * Saves what `source` brings as `name`, or like it when that is taken; returns the path. Nothing
   * stays when it fails.
   *
   * @param name As `checkPictureName` returned it.
   * @throws InputError "too-large" above `MAX_UPLOAD_BYTES`; "unsupported" when it is no picture; or why it
   * cannot be written; in each case after all was read, so that the client hears of it.
   * CancelledError when the client went away.
   */
  async save(source: Readable, name: string, folder: string): Promise<string> {
    const draft = draftIn(folder);
    try {
      const file = await this.#openFile(draft, "wx+");
      try {
        await receive(source, file, name);
        await assertPicture(file, name);
        await file.sync();
      } finally {
        await file.close();
      }
      return await this.#inTurn(() => placeFreely(draft, name, folder));
    } catch (error) {
      throw writeError(error, name);
    } finally {
      await removeDraft(draft);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#naming.then(work, work);
    this.#naming = result;
    return result;
  }
}

/** Reads all of `source`, also what cannot be kept: a client that is cut off does not hear why. */
async function receive(source: Readable, file: FileHandle, name: string): Promise<void> {
  let bytes = 0;
  let failure: unknown;
  for await (const chunk of chunksOf(source)) {
    bytes += chunk.length;
    if (bytes > MAX_UPLOAD_BYTES) failure ??= tooLarge(name);
    failure ??= await failureOf(file.writeFile(chunk));
  }
  if (bytes === 0) {
    failure = new InputError("unreadable", `${name}: the file is empty — save the picture again`);
  }
  if (failure !== undefined) throw failure;
}

async function failureOf(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}

async function* chunksOf(source: Readable): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (error) {
    throw new CancelledError(`upload: was broken off (${(error as Error).message})`);
  }
}

function tooLarge(name: string): InputError {
  const limit = MAX_UPLOAD_BYTES / (1 << 20);
  return new InputError(
    "too-large",
    `${name}: is larger than ${limit} MB, the limit for uploads — export it smaller, or copy it into the folder`,
  );
}

async function assertPicture(file: FileHandle, name: string): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const sniffed = sniffFormat(buffer.subarray(0, bytesRead));
  if (sniffed.kind === "picture") return;
  const what =
    sniffed.kind === "foreign" ? `is a ${sniffed.name} file` : "its content is not a picture";
  throw new InputError("unsupported", `${name}: ${what} — export it as ${PICTURE_FORMATS}`);
}

/** Another program may be quicker in taking a name. */
async function placeFreely(draft: string, name: string, folder: string): Promise<string> {
  for (;;) {
    const path = join(folder, freePictureName(name, await readdir(folder)));
    if (await placeNew(draft, path)) return path;
  }
}
