/** What `maquette watch` does: flags and configuration -> a watcher in view, until Ctrl-C. */
import { resolve } from "node:path";
import { InputError } from "../core/errors.ts";
import { DEFAULT_MODEL } from "../models/registry.ts";
import { loadConfig, type ProjectConfig } from "../project/config.ts";
import { Forecast } from "../project/forecast.ts";
import { loadStageTimes } from "../project/run-report.ts";
import { eventJson } from "../project/watch/event-json.ts";
import type { WatchEvent } from "../project/watch/events.ts";
import { ProjectWatcher } from "../project/watch/project-watcher.ts";
import type { CliContext } from "./context.ts";
import { readCount, readPrecision, readSettingsFlags, type SettingsFlags } from "./flags.ts";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import { Notices } from "./notices.ts";
import { printData } from "./terminal.ts";
import { WatchView } from "./watch-view.ts";

export interface WatchFlags extends SettingsFlags {
  readonly out?: string;
  readonly model?: string;
  readonly device?: string;
  readonly precision?: string;
  readonly jobs?: string;
  readonly config?: string;
  readonly json?: true;
  readonly quiet?: true;
}

const MAX_JOBS = 64;

/** Returns the exit code. @throws InputError for bad usage, ModelError when the model fails. */
export async function watchPictures(
  folder: string | undefined,
  flags: WatchFlags,
  context: CliContext,
): Promise<number> {
  const { terminal } = context;
  const settings = readSettingsFlags(flags);
  const jobs = readCount(flags.jobs ?? "1", "--jobs", MAX_JOBS);
  const config = await loadConfig({ cwd: terminal.cwd, file: flags.config });
  const inputs = watchedInputs(folder, config);

  const notices = new Notices(terminal.stderr);
  const generator = await context.openGenerator({
    model: flags.model ?? config.model ?? DEFAULT_MODEL,
    device: flags.device ?? config.device ?? "auto",
    precision: flags.precision === undefined ? config.precision : readPrecision(flags.precision),
    onWarning: (message) => notices.say(`warning: ${message}`),
  });
  const view = new WatchView(terminal.stderr, {
    isQuiet: flags.quiet === true,
    model: generator.model.name,
    forecast: new Forecast(await loadStageTimes(config.root)),
    waiting: () => watcher.waiting,
  });
  const onEvent = (event: WatchEvent): void => {
    view.onEvent(event);
    const content = flags.json && eventJson(event);
    if (content) printData(terminal.stdout, JSON.stringify(content));
  };
  const watcher = new ProjectWatcher({
    inputs,
    cwd: terminal.cwd,
    config,
    out: flags.out === undefined ? config.out : resolve(terminal.cwd, flags.out),
    flags: settings,
    generator,
    jobs,
    onEvent,
  });
  notices.showOn(view);
  const interrupt = listenForInterrupt(terminal, () =>
    notices.say("Ending; nothing stays half-written. Press Ctrl-C again to stop at once."),
  );
  try {
    await watcher.run(interrupt.signal);
    return EXIT_CANCELLED;
  } finally {
    interrupt.stopListening();
    notices.showOn(undefined);
    view.close();
    await generator.close();
  }
}

function watchedInputs(folder: string | undefined, config: ProjectConfig): readonly string[] {
  if (folder !== undefined) return [folder];
  if (config.pictures.length > 0) return config.pictures;
  throw new InputError(
    "bad-option",
    'maquette watch: no folder named — name one, or list "pictures" in maquette.config.json',
  );
}
