/** What `maquette eval` does: flags -> evaluation -> table. */
import { resolve } from "node:path";
import { CancelledError } from "../core/errors.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { lpipsFolder, lpipsHint } from "../evaluation/images/lpips.ts";
import { DEFAULT_MODEL } from "../models/registry.ts";
import { defaultSettings, layered } from "../project/settings.ts";
import type { CliContext } from "./context.ts";
import { EvalProgress } from "./eval-progress.ts";
import { evalTable } from "./eval-table.ts";
import { readCount, readPrecision, readSettingsFlags } from "./flags.ts";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import { Notices } from "./notices.ts";
import { printLine } from "./terminal.ts";

export interface EvalFlags {
  readonly models: string;
  readonly model?: string;
  readonly views?: string;
  readonly size?: string;
  readonly triangles?: string;
  readonly limit?: string;
  readonly json?: string;
  readonly out?: string;
  readonly device?: string;
  readonly precision?: string;
}

const DEFAULT_VIEWS = "16";
const MAX_VIEWS = 360;
const DEFAULT_SIZE = "256";
/** Less is no window for SSIM and less than AlexNet sees. */
const MIN_SIZE = 64;
const MAX_SIZE = 1024;
const MAX_LIMIT = 1_000_000;

/** Returns the exit code. @throws InputError for bad usage, ModelError when the model fails. */
export async function evalModel(flags: EvalFlags, context: CliContext): Promise<number> {
  const { terminal } = context;
  const options = readFlags(flags, terminal.cwd);
  const notices = new Notices(terminal.stderr);
  const generator = await context.openGenerator({
    model: flags.model ?? DEFAULT_MODEL,
    device: flags.device ?? "auto",
    precision: readPrecision(flags.precision ?? "f32"),
    onWarning: (message) => notices.say(`warning: ${message}`),
  });
  const progress = new EvalProgress(terminal.stderr);
  notices.showOn(progress);
  const interrupt = listenForInterrupt(terminal, () =>
    notices.say("Cancelling. Press Ctrl-C again to stop at once."),
  );
  try {
    const settings = layered(defaultSettings(generator.model), options.settings);
    const { onEvent } = progress;
    const { signal } = interrupt;
    const report = await evaluate({ ...options, generator, settings, signal, onEvent });
    progress.close();
    if (report.conditions.lpips === null) printLine(terminal.stderr, lpipsHint(lpipsFolder()));
    for (const line of evalTable(report)) printLine(terminal.stdout, line);
    return report.objects.every(({ status }) => status === "done") ? 0 : 1;
  } catch (error) {
    progress.close();
    if (!(error instanceof CancelledError)) throw error;
    const kept = options.reportPath === undefined ? "" : `; ${flags.json} holds what is done`;
    printLine(terminal.stderr, `cancelled${kept}`);
    return EXIT_CANCELLED;
  } finally {
    notices.showOn(undefined);
    interrupt.stopListening();
    await generator.close();
  }
}

function readFlags(flags: EvalFlags, cwd: string) {
  const path = (given: string | undefined) =>
    given === undefined ? undefined : resolve(cwd, given);
  return {
    folder: resolve(cwd, flags.models),
    views: readCount(flags.views ?? DEFAULT_VIEWS, "--views", MAX_VIEWS),
    size: readCount(flags.size ?? DEFAULT_SIZE, "--size", MAX_SIZE, MIN_SIZE),
    limit: flags.limit === undefined ? undefined : readCount(flags.limit, "--limit", MAX_LIMIT),
    settings: readSettingsFlags({ triangles: flags.triangles }),
    reportPath: path(flags.json),
    picturesFolder: path(flags.out),
  };
}
