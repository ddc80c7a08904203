/** What `maquette models remove` and `verify` do. */
import { formatBytes } from "../core/bytes.ts";
import { didYouMean } from "../core/did-you-mean.ts";
import { InputError, ModelError } from "../core/errors.ts";
import { inModelsFolder } from "../models/folder-errors.ts";
import { defaultModelsDir } from "../models/models-folder.ts";
import { findKnown } from "../models/registry.ts";
import { findInstalled, installedIds, removeInstalled } from "../models/store.ts";
import { verifyModel } from "../models/verify.ts";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import { StatusLine } from "./status-line.ts";
import { printLine, type Terminal } from "./terminal.ts";

/** @throws InputError when the model is not installed or the models folder refuses. */
export async function removeModel(id: string, { stdout }: Terminal): Promise<void> {
  const modelsDir = defaultModelsDir();
  if (!(await inModelsFolder(modelsDir, () => removeInstalled(id, modelsDir)))) {
    throw await notInstalled(id, modelsDir);
  }
  printLine(stdout, `${id}: removed`);
}

/** Returns the exit code: 1 when a file is not what was installed. */
export async function verifyModels(id: string | undefined, terminal: Terminal): Promise<number> {
  const modelsDir = defaultModelsDir();
  const ids = id === undefined ? await installedIds(modelsDir) : [id];
  if (ids.length === 0) printLine(terminal.stderr, "no models are installed");
  const status = new StatusLine(terminal.stderr);
  const interrupt = listenForInterrupt(terminal, () => status.note("Cancelling."));
  try {
    let failures = 0;
    for (const one of ids) {
      if (!(await isSound(one, modelsDir, interrupt.signal, status, terminal))) failures++;
    }
    return failures > 0 ? 1 : 0;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT_CANCELLED;
    throw error;
  } finally {
    status.clear();
    interrupt.stopListening();
  }
}

async function isSound(
  id: string,
  modelsDir: string,
  signal: AbortSignal,
  status: StatusLine,
  { stdout }: Terminal,
): Promise<boolean> {
  try {
    const model = await findInstalled(id, modelsDir);
    if (model === undefined) throw await notInstalled(id, modelsDir);
    const bytes = Object.values(model.files).reduce((sum, file) => sum + file.bytes, 0);
    const onBytes = (done: number) => {
      status.show(`Checking ${id}: ${Math.floor((100 * done) / bytes)}%`);
    };
    const problems = await verifyModel(model, { signal, onBytes });
    status.clear();
    if (problems.length === 0) printLine(stdout, `${id}: sound, ${formatBytes(bytes)} checked`);
    else status.note(`model ${id}: ${problems.join(", ")} — ${remedy(id)}`);
    return problems.length === 0;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    status.note(error.message);
    return false;
  }
}

function remedy(id: string): string {
  return `run: maquette models remove ${id}, then add it again`;
}

async function notInstalled(id: string, modelsDir: string): Promise<InputError> {
  if (findKnown(id)?.origin === "embedded") {
    return new InputError("bad-option", `model ${id}: is built in — there is nothing to do`);
  }
  const remedy = didYouMean(id, await installedIds(modelsDir), "see maquette models list");
  return new InputError("not-found", `model ${id}: not installed — ${remedy}`);
}
