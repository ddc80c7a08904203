/** What `maquette turntable` does: flags -> field -> frames and animations. */
import { dirname, parse, relative, resolve } from "node:path";
import { InputError } from "../core/errors.ts";
import { DEFAULT_READING, type PictureReading } from "../core/picture-reading.ts";
import { PICTURE_BACKGROUNDS, type PictureBackground } from "../core/rendering.ts";
import { assertWritable } from "../files/write.ts";
import { DEFAULT_MODEL } from "../models/registry.ts";
import type { Generator } from "../pipeline/contract.ts";
import { makeTurntable } from "../pipeline/turntable.ts";
import { loadConfig } from "../project/config.ts";
import { checkLicencePolicy } from "../project/licence-policy.ts";
import type { CliContext } from "./context.ts";
import { readCount, readPrecision, readSettingsFlags } from "./flags.ts";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import { Notices } from "./notices.ts";
import { printPath } from "./terminal.ts";
import { TurntableProgress } from "./turntable-progress.ts";

export interface TurntableFlags {
  readonly out?: string;
  readonly frames?: string;
  readonly size?: string;
  readonly samples?: string;
  readonly background?: string;
  readonly model?: string;
  readonly device?: string;
  readonly precision?: string;
  readonly matte?: string;
  readonly preprocess?: string;
  readonly quiet?: true;
}

interface Turntable {
  /** Absolute. */
  readonly picturePath: string;
  readonly outFolder: string;
  readonly reading: PictureReading;
  readonly frames: number;
  readonly size: number;
  readonly samples: number | undefined;
  readonly background: PictureBackground;
}

const MIN_FRAMES = 2;
const MAX_FRAMES = 360;
const MIN_SIZE = 16;
const MAX_SIZE = 1024;
const MIN_SAMPLES = 8;
const MAX_SAMPLES = 1024;

/** Returns the exit code. @throws InputError, ModelError; nothing is written before all is rendered. */
export async function turntableOf(
  picture: string,
  flags: TurntableFlags,
  context: CliContext,
): Promise<number> {
  const { terminal } = context;
  const turntable = readFlags(picture, flags, terminal.cwd);
  await assertWritable(turntable.outFolder, "--out");
  const config = await loadConfig({ cwd: terminal.cwd });
  const notices = new Notices(terminal.stderr);
  const generator = await context.openGenerator({
    model: flags.model ?? config.model ?? DEFAULT_MODEL,
    device: flags.device ?? config.device ?? "auto",
    precision: flags.precision === undefined ? config.precision : readPrecision(flags.precision),
    onWarning: (message) => notices.say(`warning: ${message}`),
  });
  const interrupt = listenForInterrupt(terminal, () =>
    notices.say("Cancelling; nothing stays half-written. Press Ctrl-C again to stop at once."),
  );
  try {
    checkLicencePolicy(config, generator.model);
    await perform(turntable, generator, interrupt.signal, flags.quiet === true, notices, context);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT_CANCELLED;
    throw error;
  } finally {
    interrupt.stopListening();
    await generator.close();
  }
}

async function perform(
  turntable: Turntable,
  generator: Generator,
  signal: AbortSignal,
  quiet: boolean,
  notices: Notices,
  { terminal }: CliContext,
): Promise<void> {
  const { picturePath, reading } = turntable;
  const progress = quiet ? undefined : new TurntableProgress(terminal.stderr, turntable.frames);
  notices.showOn(progress);
  const results: string[] = [];
  try {
    const field = await generator.readField({ picturePath, reading, signal });
    for (const warning of field.warnings) notices.say(`warning: ${picturePath}: ${warning}`);
    await makeTurntable(field, {
      ...turntable,
      name: parse(picturePath).name,
      signal,
      onProgress: progress?.onProgress,
      onResult: (path) => results.push(path),
      onInfo: (message) => {
        if (!quiet) notices.say(message);
      },
    });
  } finally {
    progress?.close();
    notices.showOn(undefined);
    for (const path of results) printPath(terminal.stdout, relative(terminal.cwd, path));
  }
}

/** @throws InputError "bad-option" naming the flag, the value and what is allowed. */
function readFlags(picture: string, flags: TurntableFlags, cwd: string): Turntable {
  const picturePath = resolve(cwd, picture);
  const { matte, preprocess } = readSettingsFlags({
    matte: flags.matte,
    preprocess: flags.preprocess,
  });
  return {
    picturePath,
    outFolder: flags.out === undefined ? dirname(picturePath) : resolve(cwd, flags.out),
    reading: {
      matte: matte ?? DEFAULT_READING.matte,
      preprocess: preprocess ?? DEFAULT_READING.preprocess,
    },
    frames: readCount(flags.frames ?? "36", "--frames", MAX_FRAMES, MIN_FRAMES),
    size: readCount(flags.size ?? "256", "--size", MAX_SIZE, MIN_SIZE),
    samples: readSamples(flags.samples),
    background: readBackground(flags.background ?? "white"),
  };
}

function readSamples(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const samples = readCount(text, "--samples", MAX_SAMPLES, MIN_SAMPLES);
  if (samples % 2 === 0) return samples;
  throw new InputError("bad-option", `--samples: received ${text} — expected an even number`);
}

function readBackground(text: string): PictureBackground {
  const background = PICTURE_BACKGROUNDS.find((kind) => kind === text);
  if (background !== undefined) return background;
  throw new InputError(
    "bad-option",
    `--background: received ${text} — expected ${PICTURE_BACKGROUNDS.join(" or ")}`,
  );
}
