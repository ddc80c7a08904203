/** What `maquette bench model` does: flags -> measurements -> table. */
import { resolve } from "node:path";
import { formatBytes } from "../core/bytes.ts";
import { InputError } from "../core/errors.ts";
import { PRECISIONS, type Precision } from "../core/precision.ts";
import {
  measurePrecisions,
  type PrecisionBenchOptions,
  type PrecisionOutcome,
} from "../evaluation/precision/measure.ts";
import { benchPicture } from "../evaluation/precision/picture.ts";
import { defaultCacheDir } from "../files/cache-folder.ts";
import { openModel } from "../models/lrm.ts";
import { DEFAULT_MODEL } from "../models/registry.ts";
import { type Device, parseDevice } from "../runtime/providers.ts";
import type { CliContext } from "./context.ts";
import { readCount, readPrecision, readSettingsFlags } from "./flags.ts";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import { formatTable } from "./table.ts";
import { printData, printLine, type Terminal } from "./terminal.ts";

export interface BenchModelFlags {
  readonly model?: string;
  readonly picture?: string;
  readonly device?: string;
  readonly precisions?: string;
  readonly resolution?: string;
  readonly repeats?: string;
  readonly json?: true;
}

const MAX_REPEATS = 100;

const HEADER = ["PRECISION", "FILE", "MEMORY", "SESSION", "ENCODE", "VS F32", "PLANES", "CHAMFER"];

/** Returns the exit code. @throws InputError for bad usage, ModelError when f32 does not run. */
export async function benchModel(flags: BenchModelFlags, context: CliContext): Promise<number> {
  const { terminal } = context;
  const say = (message: string) => printLine(terminal.stderr, message);
  const interrupt = listenForInterrupt(terminal, () => say("Cancelling."));
  try {
    const { signal } = interrupt;
    const options = { ...(await readFlags(flags, terminal.cwd, say)), signal };
    const outcomes: PrecisionOutcome[] = [];
    const others = options.precisions.filter((precision) => precision !== "f32");
    say(`${options.model.name}: measuring ${["f32", ...others].join(", ")}`);
    for await (const outcome of measurePrecisions(options)) {
      outcomes.push(outcome);
      say(`${outcome.precision}: ${"problem" in outcome ? outcome.problem : "measured"}`);
    }
    printOutcomes(outcomes, flags.json === true, terminal);
    return outcomes.every((outcome) => !("problem" in outcome)) ? 0 : 1;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT_CANCELLED;
    throw error;
  } finally {
    interrupt.stopListening();
  }
}

async function readFlags(
  flags: BenchModelFlags,
  cwd: string,
  onWarning: (message: string) => void,
): Promise<PrecisionBenchOptions> {
  const precisions = readPrecisions(flags.precisions);
  const device = readDevice(flags.device ?? "cpu");
  const repeats = readCount(flags.repeats ?? "3", "--repeats", MAX_REPEATS);
  const { resolution } = readSettingsFlags({ resolution: flags.resolution });
  const cacheDir = defaultCacheDir();
  const model = await openModel(flags.model ?? DEFAULT_MODEL, cacheDir);
  const path = flags.picture === undefined ? undefined : resolve(cwd, flags.picture);
  return {
    model,
    picture: await benchPicture(path, model.architecture.picture),
    device,
    precisions,
    cacheDir,
    onWarning,
    resolution: resolution ?? model.resolution,
    repeats,
  };
}

function readPrecisions(names: string | undefined): readonly Precision[] {
  if (names === undefined) return PRECISIONS;
  return names.split(",").map((name) => readPrecision(name.trim(), "--precisions"));
}

function readDevice(name: string): Device {
  const device = parseDevice(name);
  if (device !== "auto") return device;
  throw new InputError("bad-option", "--device auto: measures one device — name it, as in cpu");
}

function printOutcomes(
  outcomes: readonly PrecisionOutcome[],
  asJson: boolean,
  { stdout }: Terminal,
): void {
  if (asJson) printData(stdout, JSON.stringify(outcomes, null, 2));
  else for (const line of formatTable([HEADER, ...outcomes.map(row)])) printLine(stdout, line);
}

function row(outcome: PrecisionOutcome): string[] {
  if ("problem" in outcome) return [outcome.precision, "-", "-", "-", "-", "-", "-", "-"];
  const { precision, fileBytes, peakBytes, sessionMs, encodeMs, speedup } = outcome;
  return [
    precision,
    formatBytes(fileBytes),
    formatBytes(peakBytes),
    `${sessionMs.toFixed(0)} ms`,
    `${encodeMs.toFixed(0)} ms`,
    `${speedup.toFixed(2)}x`,
    outcome.planesError.toExponential(1),
    outcome.chamfer === undefined ? "no surface" : `${(100 * outcome.chamfer).toFixed(4)}%`,
  ];
}
