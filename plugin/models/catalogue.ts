/** All models by name: those this version knows and those that are installed. */
import { ModelError } from "../core/errors.ts";
import { type Licence, UNKNOWN_LICENCE } from "./licence.ts";
import { type ModelKind, WEIGHTS_FILES } from "./manifest.ts";
import { defaultModelsDir } from "./models-folder.ts";
import { DEFAULT_MODEL, findKnown, KNOWN_MODELS, type KnownModel } from "./registry.ts";
import { findInstalled, type InstalledModel, installedIds } from "./store.ts";

export interface CatalogueEntry {
  readonly id: string;
  /** For people; a preview model says so. */
  readonly name: string;
  readonly kind: ModelKind;
  readonly preview: boolean;
  readonly isDefault: boolean;
  readonly licence: Licence;
  /** Of the weights, rounded where they are not installed; undefined when damaged. */
  readonly weightsBytes: number | undefined;
  /** `damaged`: there is a folder, but its manifest cannot be read. */
  readonly state: "built in" | "installed" | "available" | "damaged";
}

/** Known models in the registry's order, then the others that are installed. */
export async function listModels(
  modelsDir: string = defaultModelsDir(),
): Promise<CatalogueEntry[]> {
  const known = KNOWN_MODELS.map(({ id }) => id);
  const others = (await installedIds(modelsDir)).filter((id) => !known.includes(id));
  return Promise.all([...known, ...others].map((id) => describe(id, modelsDir)));
}

async function describe(id: string, modelsDir: string): Promise<CatalogueEntry> {
  const known = findKnown(id);
  if (known?.origin === "embedded") return entryOf(known, "built in");
  try {
    const installed = await findInstalled(id, modelsDir);
    if (installed !== undefined) return installedEntry(installed);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return known === undefined ? unreadableEntry(id) : entryOf(known, "damaged");
  }
  return known === undefined ? unreadableEntry(id) : entryOf(known, "available");
}

function entryOf(known: KnownModel, state: CatalogueEntry["state"]): CatalogueEntry {
  const { id, name, kind, preview, licence, weightsBytes } = known;
  const isDefault = id === DEFAULT_MODEL;
  return { id, name, kind, preview, isDefault, licence, weightsBytes, state };
}

function installedEntry({ id, name, kind, licence, files }: InstalledModel): CatalogueEntry {
  const weightsBytes = files[WEIGHTS_FILES[kind]]?.bytes;
  const shared = { preview: false, isDefault: false, state: "installed" } as const;
  return { id, name, kind, licence, weightsBytes, ...shared };
}

function unreadableEntry(id: string): CatalogueEntry {
  return {
    id,
    name: id,
    kind: "lrm",
    preview: false,
    isDefault: false,
    licence: UNKNOWN_LICENCE,
    weightsBytes: undefined,
    state: "damaged",
  };
}
