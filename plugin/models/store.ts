/**
 * The models folder: a folder per installed model, which appears complete by one rename and carries
 * a manifest. Names that begin with a dot are work in progress.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError, ModelError } from "../core/errors.ts";
import { DRAFT_MARK, removeStaleDrafts } from "./drafts.ts";
import { isAbsent, stampOf } from "./file-stamp.ts";
import { MANIFEST, type Manifest, WEIGHTS_FILES } from "./manifest.ts";
import { defaultModelsDir } from "./models-folder.ts";

const MANIFEST_FILE = "manifest.json";

export interface InstalledModel extends Manifest {
  /** Absolute. */
  readonly folder: string;
  /** Absolute: safetensors of an LRM, the ONNX file of a matte network. */
  readonly weightsPath: string;
}

/**
 * The installed model `id`; undefined when there is none.
 *
 * @throws ModelError "unreadable" when its manifest is damaged.
 */
export async function findInstalled(
  id: string,
  modelsDir: string = defaultModelsDir(),
): Promise<InstalledModel | undefined> {
  if (!isModelId(id)) return undefined;
  const folder = join(modelsDir, id);
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_FILE), "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw damaged(id, error);
  }
  const manifest = parseManifest(text, id);
  return { ...manifest, folder, weightsPath: join(folder, WEIGHTS_FILES[manifest.kind]) };
}

/** Ids of the folders that hold an installed model, sound or damaged, in alphabetical order. */
export async function installedIds(modelsDir: string = defaultModelsDir()): Promise<string[]> {
  const names = (await namesIn(modelsDir)).filter(isModelId).sort();
  const stamps = await Promise.all(names.map((id) => stampOf(join(modelsDir, id, MANIFEST_FILE))));
  return names.filter((_, i) => stamps[i] !== undefined);
}

/** What can name a model: a file name on every system, and no path. */
export function isModelId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id) && !id.endsWith(".");
}

/** A folder to prepare a model in, on the models folder's disk. */
export async function makeDraft(modelsDir: string): Promise<string> {
  await mkdir(modelsDir, { recursive: true });
  await removeStaleDrafts(modelsDir);
  const draft = join(modelsDir, `${DRAFT_MARK}${randomUUID()}`);
  await mkdir(draft); // unlike mkdtemp's, for everybody who shares the models folder
  return draft;
}

/** @throws InputError when the model's folder holds what nobody installed: it is not ours to replace. */
export async function refuseForeignFolder(id: string, modelsDir: string): Promise<void> {
  const folder = join(modelsDir, id);
  const names = await namesIn(folder);
  if (names.length === 0 || names.includes(MANIFEST_FILE)) return;
  throw new InputError(
    "unwritable",
    `model ${id}: ${folder} holds other files — move them away, or set MAQUETTE_MODELS to another folder`,
  );
}

/**
 * Turns `draft`, which holds the manifest's files, into an installed model. When another process
 * has just installed the same weights, its folder stays.
 *
 * @throws ModelError "mismatch" when the id is taken by other weights, and as
 * {@link refuseForeignFolder} does.
 */
export async function publish(draft: string, manifest: Manifest, modelsDir: string): Promise<void> {
  await writeFile(join(draft, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  const folder = join(modelsDir, manifest.id);
  try {
    await rename(draft, folder);
  } catch (error) {
    const present = await findInstalled(manifest.id, modelsDir);
    if (present === undefined) {
      await refuseForeignFolder(manifest.id, modelsDir);
      throw error;
    }
    await rm(draft, { recursive: true, force: true });
    if (weightsHash(present) !== weightsHash(manifest)) {
      throw new ModelError(
        "mismatch",
        `model ${manifest.id}: installed already with other weights — run: maquette models remove ${manifest.id}`,
      );
    }
  }
}

/** Hexadecimal SHA-256 of the weights as they were installed. */
export function weightsHash({ kind, files }: Manifest): string {
  return files[WEIGHTS_FILES[kind]]?.sha256 ?? "";
}

/** True when there was something to remove; a folder without a manifest is not ours to remove. */
export async function removeInstalled(id: string, modelsDir: string): Promise<boolean> {
  if (!isModelId(id)) return false;
  const folder = join(modelsDir, id);
  if ((await stampOf(join(folder, MANIFEST_FILE))) === undefined) return false;
  // Gone at once for everybody else, even when deleting takes its time.
  const doomed = join(await makeDraft(modelsDir), id);
  await rename(folder, doomed);
  await rm(join(doomed, ".."), { recursive: true, force: true });
  return true;
}

function parseManifest(text: string, id: string): Manifest {
  try {
    const manifest = MANIFEST.parse(JSON.parse(text));
    if (manifest.id === id) return manifest;
  } catch (error) {
    throw damaged(id, error);
  }
  throw damaged(id);
}

function damaged(id: string, cause?: unknown): ModelError {
  return new ModelError(
    "unreadable",
    `model ${id}: its ${MANIFEST_FILE} is damaged — run: maquette models remove ${id}, then add it again`,
    { cause },
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
