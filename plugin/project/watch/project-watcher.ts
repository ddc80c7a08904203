/**
 * Keeps the meshes of a project up to date while its pictures change. Events of the file system only
 * say where to look; what is to be done follows from comparing what stands there with what stood there
 * at the last look, so that late, lost and doubled events do no harm.
 */
import { dirname } from "node:path";
import { InputError } from "../../core/errors.ts";
import { removeLeftovers } from "../../files/write.ts";
import type { MeshGenerator } from "../../pipeline/contract.ts";
import type { SettingsPatch } from "../../protocol/settings.ts";
import type { ProjectConfig } from "../config.ts";
import { checkLicencePolicy } from "../licence-policy.ts";
import { displayPath } from "../paths.ts";
import { type PlannedItem, planPicture } from "../plan.ts";
import { foldersOf, type Picture, type Scan, scanPictures } from "../scan.ts";
import { type Delay, realDelay } from "./clock.ts";
import type { WatchEvent } from "./events.ts";
import { type FileEvents, type WatchFiles, watchFiles } from "./file-events.ts";
import { stampOf } from "./file-stamp.ts";
import { type KnownPicture, KnownPictures } from "./known-pictures.ts";
import { LiveConfig } from "./live-config.ts";
import { NewestWinsQueue } from "./newest-wins-queue.ts";
import { adopt, markOrphaned, Orphans } from "./orphans.ts";
import { PictureJob } from "./picture-job.ts";
import { Settling } from "./settling.ts";
import { WatchLog } from "./watch-log.ts";
import { watchProblem } from "./watch-problem.ts";

export interface ProjectWatcherOptions {
  /** Files, folders and globs, relative to `cwd`. */
  readonly inputs: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** Its file, when there is one, is read again whenever it is saved. */
  readonly config: ProjectConfig;
  /** Absolute output folder; undefined puts each mesh beside its picture. */
  readonly out?: string | undefined;
  /** Settings that win over all others. */
  readonly flags: SettingsPatch;
  readonly generator: MeshGenerator;
  /** Pictures in work at a time. */
  readonly jobs: number;
  readonly onEvent: (event: WatchEvent) => void;
  /** Replaced in tests. */
  readonly watchFiles?: WatchFiles;
  readonly delay?: Delay;
}

export class ProjectWatcher {
  readonly #options: ProjectWatcherOptions;
  readonly #delay: Delay;
  readonly #log: WatchLog;
  readonly #known = new KnownPictures();
  readonly #orphans: Orphans;
  readonly #settling: Settling;
  readonly #queue: NewestWinsQueue;
  readonly #config: LiveConfig;
  #folders: readonly string[] = [];
  #files: FileEvents | undefined;
  /** Problems that were told of and are still there. */
  #problems: ReadonlySet<string> = new Set();
  #isConfigDue = false;
  #isLookDue = false;
  #looking: Promise<void> | undefined;
  #isIdle = false;
  #isStopped = false;
  #fail: (error: unknown) => void = () => undefined;

  constructor(options: ProjectWatcherOptions) {
    const { delay = realDelay, jobs, config, cwd, generator } = options;
    const fail = (error: unknown): void => this.#fail(error);
    this.#options = options;
    this.#delay = delay;
    this.#config = new LiveConfig(config, generator.model);
    this.#log = new WatchLog(config.root);
    this.#orphans = new Orphans((path) => displayPath(path, cwd));
    this.#settling = new Settling(delay, (path) => this.#settled(path), fail);
    this.#queue = new NewestWinsQueue(jobs, () => this.#tellWhenIdle(), fail);
  }

  /** Pictures that wait for their turn. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /**
   * Watches until `signal` is aborted; what is in work then is cancelled, and nothing stays
   * half-written. May be called once.
   *
   * @throws InputError when a folder cannot be read or goes away, or the project's licence policy does
   * not permit the model; ModelError for the model's own fault.
   */
  async run(signal: AbortSignal): Promise<void> {
    const failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    try {
      await Promise.race([failed, this.#watchUntil(signal)]);
    } finally {
      await this.#stop();
    }
  }

  async #watchUntil(signal: AbortSignal): Promise<void> {
    const { inputs, cwd, out, config, generator, watchFiles: listen = watchFiles } = this.#options;
    checkLicencePolicy(config, generator.model);
    this.#folders = await foldersOf(inputs, { cwd });
    this.#files = await listen(
      {
        folders: this.#folders,
        outFolder: out,
        files: config.file === undefined ? [] : [config.file],
      },
      (path) => this.#touch(path),
      (error) => this.#report(watchProblem(error)),
    );
    await this.#orphans.findIn(out === undefined ? this.#folders : [out]);
    await this.#requestLook();
    this.#emit({ type: "watching", pictures: this.#known.size });
    this.#tellWhenIdle();
    await untilAborted(signal);
  }

  async #stop(): Promise<void> {
    this.#isStopped = true;
    this.#settling.clear();
    await this.#looking;
    await this.#queue.close();
    await this.#files?.close();
    try {
      await this.#log.close();
    } catch (error) {
      this.#report(error);
    }
  }

  #touch(path: string): void {
    if (this.#isStopped) return;
    this.#isIdle = false;
    this.#settling.touch(path);
  }

  #settled(path: string): void {
    if (path === this.#options.config.file) this.#isConfigDue = true;
    void this.#requestLook();
  }

  /** Looks once more, after the look that is under way; resolves when no look is due. */
  #requestLook(): Promise<void> {
    this.#isLookDue = true;
    this.#looking ??= this.#lookWhileDue();
    return this.#looking;
  }

  async #lookWhileDue(): Promise<void> {
    try {
      while (this.#isLookDue && !this.#isStopped) {
        this.#isLookDue = false;
        if (this.#isConfigDue) await this.#reloadConfig();
        await this.#look();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#looking = undefined;
    this.#tellWhenIdle();
  }

  async #look(): Promise<void> {
    const { inputs, cwd, out } = this.#options;
    const scan = await scanPictures(inputs, { cwd, out });
    await this.#assertFoldersThere();
    this.#reportNew(scan);
    const { gone, appeared, changed } = await this.#known.compare(scan.pictures, (path) =>
      this.#settling.has(path),
    );
    for (const { picture, stamp } of gone) {
      await this.#queue.drop(picture.glbPath);
      await this.#reporting(() => this.#orphans.add(picture, stamp));
    }
    if (appeared.length > 0) await this.#prepareFor(appeared);
    for (const known of appeared) await this.#adoptOrphan(known);
    for (const { picture } of gone) await this.#leaveOrphaned(picture);
    for (const known of [...appeared, ...changed]) await this.#enqueue(known);
  }

  /** A folder that went, say with its drive, must not pass for pictures that were deleted. */
  async #assertFoldersThere(): Promise<void> {
    for (const folder of this.#folders) {
      if ((await stampOf(folder)) !== undefined) continue;
      throw new InputError(
        "not-found",
        `${displayPath(folder, this.#options.cwd)}: went away while it was watched — bring it back and start again`,
      );
    }
  }

  async #prepareFor(appeared: readonly KnownPicture[]): Promise<void> {
    await this.#config.loadPresets();
    const folders = new Set(appeared.map(({ picture }) => dirname(picture.glbPath)));
    await Promise.all([...folders].map(removeLeftovers));
  }

  async #adoptOrphan({ picture, stamp }: KnownPicture): Promise<void> {
    this.#orphans.forget(picture);
    const orphan = await this.#orphans.take(picture, stamp);
    if (orphan === undefined) return;
    await this.#reporting(async () => {
      await adopt(orphan, picture);
      this.#emit({ type: "renamed", picture, from: orphan.label });
    });
  }

  async #leaveOrphaned(picture: Picture): Promise<void> {
    if (!this.#orphans.has(picture)) return;
    await this.#reporting(async () => {
      await markOrphaned(picture);
      this.#emit({ type: "orphaned", picture });
    });
  }

  /** What is in work already for the same content and settings goes on. */
  async #enqueue(known: KnownPicture): Promise<void> {
    const { picture } = known;
    if (known.job?.isMaking(await this.#plan(picture))) return;
    this.#queue.put(picture.glbPath, async (signal) => {
      if (this.#settling.has(picture.path)) {
        known.isDue = true; // its turn came while it is being written
        return;
      }
      const job = new PictureJob(picture, {
        generator: this.#options.generator,
        plan: (one) => this.#plan(one),
        delay: this.#delay,
        onEvent: (event) => this.#emit(event),
        onModelError: (error) => this.#fail(error),
      });
      known.job = job;
      await job.run(signal);
      known.job = undefined;
    });
  }

  #plan(picture: Picture): Promise<PlannedItem> {
    const { cwd, flags, generator } = this.#options;
    const { current: config, presetsOf } = this.#config;
    const rules = { cwd, flags, config, model: generator.model, force: false };
    return planPicture(picture, presetsOf(picture.path), rules);
  }

  async #reloadConfig(): Promise<void> {
    this.#isConfigDue = false;
    const event = await this.#config.reload();
    if (event === undefined) return;
    if (event.type === "configured") this.#known.markAllDue();
    this.#emit(event);
  }

  /** Does work that the user's files may refuse; that stops nothing else. */
  async #reporting(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (error instanceof InputError) this.#emit({ type: "problem", message: error.message });
    else this.#fail(error);
  }

  #reportNew({ problems }: Scan): void {
    const messages = new Set(problems.map(({ message }) => message));
    for (const message of messages) {
      if (!this.#problems.has(message)) this.#emit({ type: "problem", message });
    }
    this.#problems = messages;
  }

  #tellWhenIdle(): void {
    if (this.#isIdle || this.#isStopped || this.#looking !== undefined) return;
    if (!this.#settling.isEmpty || !this.#queue.isEmpty) return;
    this.#isIdle = true;
    this.#emit({ type: "idle" });
  }

  #emit(event: WatchEvent): void {
    this.#log.add(event);
    this.#options.onEvent(event);
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
