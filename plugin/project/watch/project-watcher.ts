/**
 * Keeps the meshes of a project up to date while its pictures change. Events of the file system only
 * say where to look; what is to be done follows from comparing what stands there with what stood there
 * at the last look, so that late, lost and doubled events do no harm.
 */
import { InputError } from "../../core/errors.ts";
import type { MeshGenerator } from "../../pipeline/contract.ts";
import type { SettingsChanges, SettingsPatch } from "../../protocol/settings.ts";
import type { ProjectConfig } from "../config.ts";
import { checkLicencePolicy } from "../licence-policy.ts";
import { displayPath, isInside } from "../paths.ts";
import { type PlannedItem, planPicture } from "../plan.ts";
import { foldersOf, scanPictures } from "../scan.ts";
import { type Delay, realDelay } from "./clock.ts";
import type { WatchEvent } from "./events.ts";
import { type FileEvents, type WatchFiles, watchFiles } from "./file-events.ts";
import { Identities } from "./identities.ts";
import { type KnownPicture, KnownPictures } from "./known-pictures.ts";
import { LiveConfig } from "./live-config.ts";
import { changeOwnSettings } from "./own-settings.ts";
import type { PictureStatus } from "./picture-status.ts";
import { PictureWorks } from "./picture-works.ts";
import { ProjectLook } from "./project-look.ts";
import { Settling } from "./settling.ts";
import { StatusBoard } from "./status-board.ts";
import { WatchLog } from "./watch-log.ts";
import { watchProblem } from "./watch-problem.ts";

export interface ProjectWatcherOptions {
  /** Files, folders and globs, relative to `cwd`. */
  readonly inputs: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** Its file is read again whenever it is saved; when there is none, as soon as one is made. */
  readonly config: ProjectConfig;
  /** Absolute output folder; undefined puts each mesh beside its picture. */
  readonly out?: string | undefined;
  /** Settings that win over all others. */
  readonly flags: SettingsPatch;
  readonly generator: MeshGenerator;
  /** Pictures in work at a time. */
  readonly jobs: number;
  readonly onEvent: (event: WatchEvent) => void;
  /** Told after every change of one picture. */
  readonly onStatus?: (status: PictureStatus) => void;
  /** Picture and mesh are the project's no more, or are known by another uuid. */
  readonly onGone?: (uuid: string) => void;
  /** Replaced in tests. */
  readonly watchFiles?: WatchFiles;
  readonly delay?: Delay;
}

export class ProjectWatcher {
  readonly #options: ProjectWatcherOptions;
  readonly #log: WatchLog;
  readonly #config: LiveConfig;
  readonly #known = new KnownPictures();
  readonly #board: StatusBoard;
  readonly #identities: Identities;
  readonly #settling: Settling;
  readonly #works: PictureWorks;
  readonly #look: ProjectLook;
  #folders: readonly string[] = [];
  #files: FileEvents | undefined;
  /** That was saved since it was read. */
  #dueConfig: string | undefined;
  #isLookDue = false;
  #looking: Promise<void> | undefined;
  #isIdle = false;
  #isStopped = false;
  #fail: (error: unknown) => void = () => undefined;

  constructor(options: ProjectWatcherOptions) {
    const { delay = realDelay, config, cwd, generator } = options;
    const { onStatus = () => undefined, onGone = () => undefined } = options;
    const onError = (error: unknown): void => this.#fail(error);
    const onEvent = (event: WatchEvent): void => this.#emit(event);
    const isUnsettled = (path: string): boolean => this.#settling.has(path);
    const settingsOf = (path: string) => this.#config.settingsOf(path);
    this.#options = options;
    this.#log = new WatchLog(config.root);
    this.#config = new LiveConfig(config, generator.model);
    this.#board = new StatusBoard(onStatus, onGone);
    this.#identities = new Identities({
      board: this.#board,
      label: (path) => displayPath(path, cwd),
      settingsOf,
      isOurs: (path) => this.#folders.some((folder) => isInside(path, folder)),
      onEvent,
      listenTo: (files) => this.#files?.listenTo(files),
      reporting: (work) => this.#reporting(work),
    });
    this.#settling = new Settling(delay, (path) => this.#settled(path), onError);
    this.#works = new PictureWorks({
      board: this.#board,
      generator,
      jobs: options.jobs,
      delay,
      plan: (known) => this.#plan(known),
      settingsOf,
      isUnsettled,
      onEvent,
      onChange: () => this.#tellWhenIdle(),
      onError,
    });
    this.#look = new ProjectLook({
      inputs: options.inputs,
      cwd,
      out: options.out,
      config: this.#config,
      known: this.#known,
      identities: this.#identities,
      works: this.#works,
      isUnsettled,
      onProblem: (message) => this.#emit({ type: "problem", message }),
    });
  }

  /** Pictures that wait for their turn. */
  get waiting(): number {
    return this.#works.waiting;
  }

  /** All pictures and orphans; complete once `watching` was told. */
  get statuses(): readonly PictureStatus[] {
    return this.#board.all;
  }

  /**
   * The folders that are watched, absolute, those of which all pictures count first; known once
   * `watching` was told.
   */
  get folders(): readonly string[] {
    return this.#folders;
  }

  /** Whether the picture at this path, absolute, is one of those that are watched. */
  async looksAfter(picturePath: string): Promise<boolean> {
    const { inputs, cwd, out } = this.#options;
    const { pictures } = await scanPictures(inputs, { cwd, out });
    const path = picturePath.normalize("NFC"); // some file systems give names back decomposed
    return pictures.some((picture) => picture.path.normalize("NFC") === path);
  }

  /**
   * Makes the picture's mesh anew, also when nothing changed, but not over another program's mesh.
   *
   * @throws InputError "not-found" for an unknown uuid, "bad-option" for an orphan's.
   */
  generate(uuid: string): void {
    const known = this.#pictureOf(uuid);
    this.#isIdle = false;
    this.#works.demand(known);
  }

  /**
   * Cancels waiting or running work. Its picture is left alone until it changes, its settings or the
   * configuration do, or its mesh is asked for.
   *
   * @param workId `PictureWork.id`
   * @throws InputError "not-found" when the work has ended, was overtaken or never was.
   */
  cancel(workId: string): void {
    const status = this.#board.all.find(({ work }) => work?.id === workId);
    const known = status && this.#known.at(status.picture.path);
    if (known === undefined) {
      throw new InputError("not-found", `job ${workId}: is not under way — it may have ended`);
    }
    this.#works.cancel(known);
  }

  /**
   * Lays `changes` over the picture's own settings, in its sidecar, and has its mesh made of them;
   * null goes back to what the presets say. Resolves when the sidecar is written.
   *
   * @throws InputError "not-found" for an unknown uuid, "bad-option" for an orphan's, or why the sidecar
   * cannot be written.
   */
  async changeSettings(uuid: string, changes: SettingsChanges): Promise<void> {
    const known = this.#pictureOf(uuid);
    await changeOwnSettings(known, this.#config.settingsOf(known.picture.path), changes);
    known.isDue = true;
    this.#isIdle = false;
    void this.#requestLook();
  }

  /**
   * Watches until `signal` is aborted; what is in work then is cancelled, and nothing stays
   * half-written. May be called once.
   *
   * A picture that cannot be read or imported ends nothing, nor does a device that is lost: after some
   * attempts the picture has failed and the others go on.
   *
   * @throws InputError when a folder cannot be read or goes away, or the project's licence policy does
   * not permit the model; ModelError when the model cannot be read or is not what it should be, so that
   * no picture would fare better; anything else that is thrown is a bug.
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
    await this.#look.begin(this.#folders);
    this.#files = await listen(
      { folders: this.#folders, outFolder: out, files: this.#config.files },
      (path) => this.#touch(path),
      (error) => this.#report(watchProblem(error)),
    );
    await this.#identities.findOrphans(out === undefined ? this.#folders : [out]);
    await this.#requestLook();
    this.#emit({ type: "watching", pictures: this.#known.size });
    this.#tellWhenIdle();
    await untilAborted(signal);
  }

  async #stop(): Promise<void> {
    this.#isStopped = true;
    this.#settling.clear();
    await this.#looking;
    await this.#works.close();
    await this.#files?.close();
    try {
      await this.#log.flush();
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
    if (this.#config.files.includes(path)) this.#dueConfig = path;
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
        if (this.#dueConfig !== undefined) await this.#reloadConfig(this.#dueConfig);
        await this.#look.look();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#looking = undefined;
    this.#tellWhenIdle();
  }

  #plan({ picture, uuid, isAskedFor }: KnownPicture): Promise<PlannedItem> {
    const { cwd, flags, generator } = this.#options;
    const wishes = { base: this.#config.settingsOf(picture.path), uuid, isAskedFor };
    return planPicture(picture, wishes, { cwd, flags, model: generator.model, force: false });
  }

  #pictureOf(uuid: string): KnownPicture {
    const status = this.#board.get(uuid);
    if (status === undefined) {
      throw new InputError("not-found", `asset ${uuid}: is not in this project — look again`);
    }
    const known = this.#known.at(status.picture.path);
    if (status.phase === "orphaned" || known === undefined) {
      throw new InputError(
        "bad-option",
        `${status.picture.label}: was deleted, only its mesh is left — put the picture back`,
      );
    }
    return known;
  }

  async #reloadConfig(saved: string): Promise<void> {
    this.#dueConfig = undefined;
    const event = await this.#config.reload(saved);
    if (event === undefined) return;
    if (event.type === "configured") {
      this.#known.markAllDue();
      this.#board.rebase((path) => this.#config.settingsOf(path));
    }
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

  #tellWhenIdle(): void {
    if (this.#isIdle || this.#isStopped || this.#looking !== undefined) return;
    if (!this.#settling.isEmpty || !this.#works.isEmpty) return;
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
