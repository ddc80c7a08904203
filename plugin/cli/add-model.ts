/** What `maquette models add` does: flags -> model, with its progress in view. */
import { formatBytes } from "../core/bytes.ts";
import { InputError } from "../core/errors.ts";
import { type AddedModel, addModel } from "../models/add.ts";
import { type Licence, statedLicence } from "../models/licence.ts";
import { WEIGHTS_FILES } from "../models/manifest.ts";
import { defaultModelsDir } from "../models/models-folder.ts";
import { AddProgress } from "./add-progress.ts";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import { printLine, type Terminal } from "./terminal.ts";

export interface AddFlags {
  readonly id?: string;
  readonly licence?: string;
  readonly commercialUse?: true;
  readonly quiet?: true;
}

/** Returns the exit code. @throws InputError, ModelError; nothing is installed then. */
export async function addModelWithProgress(
  reference: string,
  flags: AddFlags,
  terminal: Terminal,
): Promise<number> {
  const licence = readLicence(flags);
  const progress = flags.quiet ? undefined : new AddProgress(terminal.stderr);
  const say = (line: string) =>
    progress === undefined ? printLine(terminal.stderr, line) : progress.note(line);
  const interrupt = listenForInterrupt(terminal, () =>
    say("Cancelling; what has been downloaded is kept. Press Ctrl-C again to stop at once."),
  );
  try {
    const added = await addModel(reference, {
      cwd: terminal.cwd,
      modelsDir: defaultModelsDir(),
      id: flags.id,
      licence,
      signal: interrupt.signal,
      onProgress: progress?.onProgress,
      onWarning: (message) => say(`warning: ${message}`),
    });
    progress?.close();
    printLine(terminal.stdout, describe(added));
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT_CANCELLED;
    throw error;
  } finally {
    progress?.close();
    interrupt.stopListening();
  }
}

function readLicence({ licence, commercialUse }: AddFlags): Licence | undefined {
  if (licence !== undefined) {
    return statedLicence(licence, "the command that added it", commercialUse);
  }
  if (commercialUse === undefined) return undefined;
  throw new InputError(
    "bad-option",
    "--commercial-use: given without --licence — say under which licence it is permitted",
  );
}

function describe({ model, isNew }: AddedModel): string {
  const { id, kind, files, licence } = model;
  const size = formatBytes(files[WEIGHTS_FILES[kind]]?.bytes ?? 0);
  const use = licence.commercialUse
    ? "commercial use permitted"
    : `no commercial use: ${licence.source}`;
  const what = isNew ? "installed" : "installed already";
  return `${id}: ${what} (${size}, ${licence.spdx}, ${use})`;
}
