/** What is watched, with which model and settings: flags over configuration over defaults. */
import { resolve } from "node:path";
import { InputError } from "../core/errors.ts";
import { DEFAULT_MODEL } from "../models/registry.ts";
import type { GeneratorOptions } from "../pipeline/contract.ts";
import { loadConfig, type ProjectConfig } from "../project/config.ts";
import { foldersOf } from "../project/scan.ts";
import type { ProjectWatcherOptions } from "../project/watch/project-watcher.ts";
import { assertUnserved } from "../service/lock.ts";
import { readCount, readPrecision, readSettingsFlags, type SettingsFlags } from "./flags.ts";

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

export interface WatchPlan {
  readonly watch: Pick<
    ProjectWatcherOptions,
    "inputs" | "cwd" | "config" | "out" | "flags" | "jobs"
  >;
  readonly model: Pick<GeneratorOptions, "model" | "device" | "precision">;
}

const MAX_JOBS = 64;

/**
 * Before a model is opened.
 *
 * @throws AlreadyServedError when a service has the project, InputError "bad-option", also when what
 * is to be watched cannot be read, or "bad-config".
 */
export async function planWatch(
  command: string,
  folder: string | undefined,
  flags: WatchFlags,
  cwd: string,
): Promise<WatchPlan> {
  const settings = readSettingsFlags(flags);
  const jobs = readCount(flags.jobs ?? "1", "--jobs", MAX_JOBS);
  const config = await loadConfig({ cwd, file: flags.config });
  await assertUnserved(config.root);
  const inputs = folder === undefined ? configuredPictures(command, config) : [folder];
  await assertReadable(inputs, cwd);
  return {
    watch: {
      inputs,
      cwd,
      config,
      out: flags.out === undefined ? config.out : resolve(cwd, flags.out),
      flags: settings,
      jobs,
    },
    model: {
      model: flags.model ?? config.model ?? DEFAULT_MODEL,
      device: flags.device ?? config.device ?? "auto",
      precision: flags.precision === undefined ? config.precision : readPrecision(flags.precision),
    },
  };
}

async function assertReadable(inputs: readonly string[], cwd: string): Promise<void> {
  try {
    await foldersOf(inputs, { cwd });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError("bad-option", error.message, { cause: error });
  }
}

function configuredPictures(command: string, { pictures }: ProjectConfig): readonly string[] {
  if (pictures.length > 0) return pictures;
  throw new InputError(
    "bad-option",
    `maquette ${command}: no folder named — name one, or list "pictures" in maquette.config.json`,
  );
}
