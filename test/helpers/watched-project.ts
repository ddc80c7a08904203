/** A project under a watcher whose file events come from the test and whose pauses take no time. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadConfig } from "../../plugin/project/config.ts";
import { parseSidecar, type Sidecar } from "../../plugin/project/sidecar.ts";
import type { Delay } from "../../plugin/project/watch/clock.ts";
import type { WatchEvent } from "../../plugin/project/watch/events.ts";
import type { WatchFiles } from "../../plugin/project/watch/file-events.ts";
import type { PictureStatus } from "../../plugin/project/watch/picture-status.ts";
import { ProjectWatcher } from "../../plugin/project/watch/project-watcher.ts";
import { FakeGenerator } from "./fake-generator.ts";
import { rejection } from "./rejection.ts";
import { withFolder } from "./temporary-folder.ts";

/** A pause is over as soon as what is ready to run has run. */
export const noDelay: Delay = (_, action) => {
  const turn = setImmediate(action);
  return () => clearImmediate(turn);
};

export interface WatchChoices {
  readonly inputs?: readonly string[];
  /** Relative to the project. */
  readonly out?: string;
  readonly generator?: FakeGenerator;
  readonly jobs?: number;
  readonly delay?: Delay;
  /** Hears of each event at once. */
  readonly onEvent?: (event: WatchEvent) => void;
  /** Listens to the operating system instead. */
  readonly watchFiles?: WatchFiles;
}

export class WatchedProject {
  readonly cwd: string;
  readonly events: WatchEvent[] = [];
  /** Every change of a picture, as it was told. */
  readonly statuses: PictureStatus[] = [];
  /** Uuids that were told to be gone. */
  readonly gone: string[] = [];
  /** Ends the watch, as Ctrl-C does. */
  stop: () => Promise<void> = () => Promise.resolve();
  #watcher: ProjectWatcher | undefined;
  #touch: (path: string) => void = () => undefined;
  #deafen: (error: unknown) => void = () => undefined;
  #wakes: (() => void)[] = [];

  constructor(cwd: string) {
    this.cwd = cwd;
  }

  /** Begins to watch; resolves with what goes on until it is stopped. */
  async watch(choices: WatchChoices): Promise<{ readonly running: Promise<void> }> {
    const { inputs = ["."], generator = new FakeGenerator(), jobs = 1, out } = choices;
    const watcher = new ProjectWatcher({
      inputs,
      cwd: this.cwd,
      config: await loadConfig({ cwd: this.cwd }),
      out: out === undefined ? undefined : this.path(out),
      flags: {},
      generator,
      jobs,
      onEvent: (event) => {
        choices.onEvent?.(event);
        this.#onEvent(event);
      },
      onStatus: this.#onStatus,
      onGone: (uuid) => {
        this.gone.push(uuid);
      },
      watchFiles: choices.watchFiles ?? this.#listen,
      delay: choices.delay ?? noDelay,
    });
    this.#watcher = watcher;
    const end = new AbortController();
    const running = watcher.run(end.signal);
    this.stop = () => {
      end.abort();
      return running;
    };
    return { running };
  }

  /** After a stop; resolves with what was told until all is up to date. */
  watchAgain(choices: WatchChoices): Promise<string[]> {
    return this.after(async () => {
      await this.watch(choices);
    });
  }

  readonly #listen: WatchFiles = async (_, onTouched, onError) => {
    this.#touch = onTouched;
    this.#deafen = onError;
    return { listenTo: () => undefined, close: () => Promise.resolve() };
  };

  readonly #onEvent = (event: WatchEvent): void => {
    this.events.push(event);
    this.#wake();
  };

  readonly #onStatus = (status: PictureStatus): void => {
    this.statuses.push(status);
    this.#wake();
  };

  get watcher(): ProjectWatcher {
    if (this.#watcher === undefined) throw new Error("nobody watches");
    return this.#watcher;
  }

  /** How the picture stands, given by its label. */
  status(label: string): PictureStatus {
    const status = this.watcher.statuses.find(({ picture }) => picture.label === label);
    if (status === undefined) throw new Error(`${label}: has no status`);
    return status;
  }

  /** The phases the picture went through, each once in a row, from the `from`-th status on. */
  phases(label: string, from = 0): string[] {
    const phases = this.statuses
      .slice(from)
      .filter(({ picture }) => picture.label === label)
      .map(({ phase }) => phase);
    return phases.filter((phase, i) => phase !== phases[i - 1]);
  }

  /** Resolves with the first status from the `from`-th on that suits. */
  async untilStatus(suits: (status: PictureStatus) => boolean, from = 0): Promise<PictureStatus> {
    for (let i = from; ; i++) {
      while (i >= this.statuses.length) await this.#news();
      const status = this.statuses[i] as PictureStatus;
      if (suits(status)) return status;
    }
  }

  /** As the operating system would, when it cannot tell of changes. */
  deafen(error: unknown): void {
    this.#deafen(error);
  }

  path(name: string): string {
    return join(this.cwd, name);
  }

  /** As the operating system would tell. */
  touch(...names: readonly string[]): void {
    for (const name of names) this.#touch(this.path(name));
  }

  async save(name: string, content: string): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), content);
    this.touch(name);
  }

  /** Resolves with the first event from the `from`-th on that suits. */
  async until(suits: (event: WatchEvent) => boolean, from = 0): Promise<WatchEvent> {
    for (let i = from; ; i++) {
      while (i >= this.events.length) await this.#news();
      const event = this.events[i] as WatchEvent;
      if (suits(event)) return event;
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakes.push(resolve);
    });
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }

  /**
   * Runs `change` and waits until all is up to date again; returns what was told meanwhile. The last
   * thing it does has to be a change: between two of them all may be up to date for a moment.
   */
  async after(change: () => Promise<void> | void): Promise<string[]> {
    const from = this.events.length;
    await change();
    await this.until(({ type }) => type === "idle", this.events.length);
    return this.news(from);
  }

  /** Outcomes and news as text, without the steps on the way. */
  news(from = 0): string[] {
    return this.events.slice(from).flatMap((event) => describe(event) ?? []);
  }

  read(name: string): Promise<string> {
    return readFile(this.path(name), "utf8");
  }

  async sidecar(name: string): Promise<Sidecar> {
    const state = parseSidecar(await this.read(`${name}.maquette.json`), name);
    if (state.kind !== "present") throw new Error(`${name}: no sidecar`);
    return state.sidecar;
  }
}

function describe(event: WatchEvent): string | undefined {
  switch (event.type) {
    case "finished": {
      const { outcome, item } = event;
      const why = outcome.status === "failed" ? `: ${outcome.failure.message}` : "";
      return `${item.picture.label} ${outcome.status}${why}`;
    }
    case "retrying":
      return `${event.picture.label} again in ${event.delayMs}`;
    case "renamed":
      return `${event.picture.label} was ${event.from}`;
    case "copied":
      return `${event.picture.label} copied`;
    case "orphaned":
      return `${event.picture.label} orphaned`;
    case "configured":
      return `configured ${event.restart.join()}`;
    case "problem":
      return event.message;
    case "bug":
      return `bug ${event.error}`;
    default:
      return undefined;
  }
}

/** Watches `files` in a folder of their own while `body` runs. */
export function withWatchedProject(
  files: Readonly<Record<string, string>>,
  choices: WatchChoices,
  body: (project: WatchedProject, running: Promise<void>) => Promise<void>,
): Promise<void> {
  return withFolder(files, async (cwd) => {
    const project = new WatchedProject(cwd);
    const { running } = await project.watch(choices);
    try {
      await Promise.race([project.until(({ type }) => type === "watching"), running]);
      await body(project, running);
    } finally {
      await rejection(project.stop()); // the test has looked at it, or it is none
    }
  });
}
