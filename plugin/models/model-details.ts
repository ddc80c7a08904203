import { didYouMean } from "../core/did-you-mean.ts";
import { InputError } from "../core/errors.ts";
import type { Architecture, Family } from "./architecture.ts";
import { type CatalogueEntry, listModels } from "./catalogue.ts";
import { architectureOf } from "./families/config.ts";
import { countParameters, readConfig } from "./lrm.ts";
import { defaultModelsDir } from "./models-folder.ts";
import { findKnown, type KnownModel } from "./registry.ts";
import { findInstalled, type InstalledModel, weightsHash } from "./store.ts";

export interface ModelDetails extends CatalogueEntry {
  /** Where the weights come from: a web address or a file's name. */
  readonly from: string;
  /** Absolute; undefined when the model is not on this machine. */
  readonly folder: string | undefined;
  /** Hexadecimal; undefined where only the hub knows it yet. */
  readonly weightsSha256: string | undefined;
  /** Undefined for models that are no LRMs. */
  readonly network: NetworkDetails | undefined;
}

export interface NetworkDetails {
  readonly family: Family;
  readonly parameterCount: number;
  /** Side of the square picture it reads, pixels. */
  readonly pictureSize: number;
  readonly planes: Architecture["triplane"];
}

/** @throws InputError "not-found" for a name that is neither known nor installed, ModelError. */
export async function describeModel(
  id: string,
  modelsDir: string = defaultModelsDir(),
): Promise<ModelDetails> {
  const entries = await listModels(modelsDir);
  const entry = entries.find((one) => one.id === id);
  if (entry === undefined) {
    const ids = entries.map((one) => one.id);
    const remedy = didYouMean(id, ids, "see maquette models list");
    throw new InputError("not-found", `model ${id}: unknown — ${remedy}`);
  }
  const known = findKnown(id);
  const installed = await findInstalled(id, modelsDir);
  if (installed !== undefined) return installedDetails(entry, installed);
  if (known !== undefined) return knownDetails(entry, known);
  throw new InputError("not-found", `model ${id}: removed meanwhile — see maquette models list`);
}

async function installedDetails(
  entry: CatalogueEntry,
  installed: InstalledModel,
): Promise<ModelDetails> {
  const { folder, kind, source } = installed;
  const network =
    kind === "lrm" ? networkDetails((await readConfig(folder)).architecture) : undefined;
  return { ...entry, from: source.from, folder, weightsSha256: weightsHash(installed), network };
}

async function knownDetails(entry: CatalogueEntry, known: KnownModel): Promise<ModelDetails> {
  switch (known.origin) {
    case "embedded": {
      const { folder, weightsSha256 } = known;
      const network = networkDetails((await readConfig(folder)).architecture);
      return { ...entry, from: "babylon-maquette", folder, weightsSha256, network };
    }
    case "hub": {
      const { repo, file } = known.location;
      const network = networkDetails(architectureOf(known.sizes));
      const unknown = { folder: undefined, weightsSha256: undefined };
      return { ...entry, ...unknown, from: `hf:${repo}/${file}`, network };
    }
    case "web": {
      const { url, weightsSha256 } = known;
      return { ...entry, from: url, folder: undefined, weightsSha256, network: undefined };
    }
  }
}

function networkDetails(architecture: Architecture): NetworkDetails {
  const { family, picture, triplane } = architecture;
  const parameterCount = countParameters(architecture);
  return { family, parameterCount, pictureSize: picture.size, planes: triplane };
}
