/**
 * A look at what stands in a project: compared with the last one, it tells which pictures appeared,
 * changed or went, which of them are the same under other names, and what has to be made.
 */
import { dirname } from "node:path";
import { InputError } from "../../core/errors.ts";
import { removeLeftovers } from "../../files/write.ts";
import { mapConcurrent } from "../map-concurrent.ts";
import { displayPath } from "../paths.ts";
import { type Scan, scanPictures } from "../scan.ts";
import { folderIdentity } from "./file-stamp.ts";
import type { Identities } from "./identities.ts";
import type { KnownPicture, KnownPictures } from "./known-pictures.ts";
import type { LiveConfig } from "./live-config.ts";
import { readFacts } from "./picture-facts.ts";
import type { PictureWorks } from "./picture-works.ts";

export interface ProjectLookOptions {
  /** Files, folders and globs, relative to `cwd`. */
  readonly inputs: readonly string[];
  /** Absolute, as `out` is. */
  readonly cwd: string;
  readonly out: string | undefined;
  readonly config: LiveConfig;
  readonly known: KnownPictures;
  readonly identities: Identities;
  readonly works: PictureWorks;
  /** True while the file is being written. */
  readonly isUnsettled: (path: string) => boolean;
  /** Told once of each problem, while it is there. */
  readonly onProblem: (message: string) => void;
}

/** Sidecars that are read at a time. */
const READS_AT_ONCE = 16;

export class ProjectLook {
  readonly #options: ProjectLookOptions;
  readonly #folders = new Map<string, string | undefined>();
  /** Problems that were told of and are still there. */
  #problems: ReadonlySet<string> = new Set();

  constructor(options: ProjectLookOptions) {
    this.#options = options;
  }

  /** @param folders Absolute; they have to stay what they are from now on. */
  async begin(folders: readonly string[]): Promise<void> {
    for (const folder of folders) this.#folders.set(folder, await folderIdentity(folder));
  }

  /** @throws InputError "not-found" when a folder is not there any more. */
  async look(): Promise<void> {
    const { inputs, cwd, out, known, identities, works, isUnsettled } = this.#options;
    const scan = await scanPictures(inputs, { cwd, out });
    await this.#assertSameFolders();
    this.#tellNewProblems(scan);
    const changes = await known.compare(scan.pictures, isUnsettled);

    const { gone, displaced, appeared, changed } = changes;
    for (const { picture } of [...gone, ...displaced]) await works.drop(picture);
    await identities.release(changes);
    if (appeared.length > 0) await this.#prepareFor(appeared);
    for (const one of appeared) await identities.adoptOrphan(one);

    const due = [...appeared, ...changed];
    const facts = await mapConcurrent(due, READS_AT_ONCE, ({ picture }) => readFacts(picture));
    for (const [i, one] of due.entries()) await identities.identify(one, facts[i]);
    await identities.leave(changes);
    await identities.forgetLost();
    for (const [i, one] of due.entries()) {
      await works.request(one, facts[i], identities.takeNews(one));
    }
  }

  /**
   * A folder that went, say with its drive, must not pass for pictures that were deleted, nor must one
   * that was made anew in its place.
   */
  async #assertSameFolders(): Promise<void> {
    for (const [folder, identity] of this.#folders) {
      const now = await folderIdentity(folder);
      if (now !== undefined && now === identity) continue;
      throw new InputError(
        "not-found",
        `${displayPath(folder, this.#options.cwd)}: went away while it was watched — bring it back and start again`,
      );
    }
  }

  #tellNewProblems({ problems }: Scan): void {
    const messages = new Set(problems.map(({ message }) => message));
    for (const message of messages) {
      if (!this.#problems.has(message)) this.#options.onProblem(message);
    }
    this.#problems = messages;
  }

  async #prepareFor(appeared: readonly KnownPicture[]): Promise<void> {
    await this.#options.config.loadPresets();
    const folders = new Set(appeared.map(({ picture }) => dirname(picture.glbPath)));
    await Promise.all([...folders].map(removeLeftovers));
  }
}
