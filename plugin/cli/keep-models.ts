/** What `maquette models remove` and `verify` do. */
import { formatBytes } from "../core/bytes.ts";
import { InputError, ModelError } from "../core/errors.ts";
import { inModelsFolder } from "../models/cache-folder.ts";
import { defaultModelsDir } from "../models/models-folder.ts";
import { findKnown } from "../models/registry.ts";
import { findInstalled, installedIds, removeInstalled } from "../models/store.ts";
import { verifyModel } from "../models/verify.ts";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import { printLine, type Terminal } from "./terminal.ts";

/** @throws InputError when the model is not installed or the models folder refuses. */
export async function removeModel(id: string, { stdout }: Terminal): Promise<void> {
  const modelsDir = defaultModelsDir();
  if (!(await inModelsFolder(modelsDir, () => removeInstalled(id, modelsDir)))) {
    throw notInstalled(id);
  }
  printLine(stdout, `${id}: removed`);
}

/** Returns the exit code: 1 when a file is not what was installed. */
export async function verifyModels(id: string | undefined, terminal: Terminal): Promise<number> {
  const modelsDir = defaultModelsDir();
  const ids = id === undefined ? await installedIds(modelsDir) : [id];
  if (ids.length === 0) printLine(terminal.stderr, "no models are installed");
  const interrupt = listenForInterrupt(terminal, () => undefined);
  try {
    let failures = 0;
    for (const one of ids) {
      if (!(await isSound(one, modelsDir, interrupt.signal, terminal))) failures++;
    }
    return failures > 0 ? 1 : 0;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT_CANCELLED;
    throw error;
  } finally {
    interrupt.stopListening();
  }
}

async function isSound(
  id: string,
  modelsDir: string,
  signal: AbortSignal,
  { stdout, stderr }: Terminal,
): Promise<boolean> {
  try {
    const model = await findInstalled(id, modelsDir);
    if (model === undefined) throw notInstalled(id);
    const problems = await verifyModel(model, signal);
    const bytes = Object.values(model.files).reduce((sum, file) => sum + file.bytes, 0);
    if (problems.length === 0) printLine(stdout, `${id}: sound, ${formatBytes(bytes)} checked`);
    else printLine(stderr, `model ${id}: ${problems.join(", ")} — ${remedy(id)}`);
    return problems.length === 0;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    printLine(stderr, error.message);
    return false;
  }
}

function remedy(id: string): string {
  return `run: maquette models remove ${id}, then add it again`;
}

function notInstalled(id: string): InputError {
  if (findKnown(id)?.origin === "embedded") {
    return new InputError("bad-option", `model ${id}: is built in — there is nothing to do`);
  }
  return new InputError("not-found", `model ${id}: not installed — see maquette models list`);
}
