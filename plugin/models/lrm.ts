/** A model as the rest of the program sees it: described without its weights, read on demand. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { formatBytes } from "../core/bytes.ts";
import { didYouMean } from "../core/did-you-mean.ts";
import { ModelError } from "../core/errors.ts";
import type { Decoder } from "../core/field.ts";
import { elementCount } from "../graph/shapes.ts";
import type { Architecture } from "./architecture.ts";
import type { Checkpoint } from "./checkpoint/checkpoint.ts";
import { openCheckpoint } from "./checkpoint/open.ts";
import { readFinite } from "./checkpoint/read-finite.ts";
import { type DescribedModel, parseModelConfig } from "./families/config.ts";
import { fileHash } from "./file-hash.ts";
import { stampOf } from "./file-stamp.ts";
import { type Licence, UNKNOWN_LICENCE } from "./licence.ts";
import { CHECKPOINT_NAME, WEIGHTS_FILES } from "./manifest.ts";
import { defaultModelsDir } from "./models-folder.ts";
import { DEFAULT_MODEL, findKnown, KNOWN_MODELS, type KnownModel } from "./registry.ts";
import { findInstalled, type InstalledModel, installedIds, weightsHash } from "./store.ts";
import { checkTensors } from "./weights.ts";

export interface LrmModel {
  readonly id: string;
  /** For people; a preview model says so. */
  readonly name: string;
  readonly preview: boolean;
  readonly licence: Licence;
  readonly parameterCount: number;
  readonly weightsPath: string;
  readonly weightsSha256: string;
  readonly architecture: Architecture;
  /** Lattice points per axis that do the planes justice. */
  readonly resolution: number;
}

/**
 * The family's reference programs take 4 (TripoSR) to 8 (VFusion3D). Once simplified to a game's
 * budget the mesh looks the same from 5 as from 8, with 2.5 times fewer triangles on the way.
 */
const LATTICE_POINTS_PER_TEXEL = 5;

/**
 * Describes the model named `reference`: an id of the registry, of an installed model, or a folder
 * with config.json and model.safetensors. Weights are not loaded; their hash is remembered in
 * `cacheDir`.
 *
 * @throws ModelError when there is no such model or its files are not what they should be.
 */
export async function openModel(
  reference: string = DEFAULT_MODEL,
  cacheDir: string,
  modelsDir: string = defaultModelsDir(),
): Promise<LrmModel> {
  const { folder, sha256, remedy, stated } = await locate(reference, modelsDir);
  const weightsPath = join(folder, WEIGHTS_FILES.lrm);
  if ((await stampOf(weightsPath)) === undefined) {
    throw new ModelError(
      "unreadable",
      `model ${reference}: no ${WEIGHTS_FILES.lrm} in ${folder} — ${remedy}`,
    );
  }
  const { name, licence = UNKNOWN_LICENCE, architecture } = await readConfig(folder);
  const weightsSha256 = await fileHash(weightsPath, cacheDir);
  if (sha256 !== undefined && sha256 !== weightsSha256) {
    throw new ModelError(
      "mismatch",
      `model ${reference}: ${weightsPath} is not the file that was released — ${remedy}`,
    );
  }
  return {
    ...(stated ?? { id: name, name, preview: false, licence }),
    parameterCount: countParameters(architecture),
    weightsPath,
    weightsSha256,
    architecture,
    resolution: LATTICE_POINTS_PER_TEXEL * architecture.triplane.width,
  };
}

interface Location {
  /** Absolute. */
  readonly folder: string;
  /** Of the weights, where it is known what they must be. */
  readonly sha256?: string;
  /** For when the folder is damaged. */
  readonly remedy: string;
  /** Where config.json has not the last word. */
  readonly stated?: Statement;
}

/** @throws ModelError "unknown-model". */
async function locate(reference: string, modelsDir: string): Promise<Location> {
  const known = findKnown(reference);
  if (known?.origin === "embedded") {
    const { folder, weightsSha256 } = known;
    return {
      folder,
      sha256: weightsSha256,
      remedy: "install babylon-maquette again",
      stated: statement(known),
    };
  }
  const installed = await findInstalled(reference, modelsDir);
  if (installed !== undefined) return locateInstalled(installed);
  if (known !== undefined) throw notInstalled(known);
  const stamp = await stampOf(join(resolve(reference), WEIGHTS_FILES.lrm));
  if (stamp === undefined) throw await unknownModel(reference, modelsDir);
  return { folder: resolve(reference), remedy: "check the model's folder" };
}

function locateInstalled(installed: InstalledModel): Location {
  const { id, kind, folder } = installed;
  if (kind !== "lrm") throw makesNoMeshes(id);
  const remedy = `run: maquette models remove ${id}, then add it again`;
  return {
    folder,
    sha256: weightsHash(installed),
    remedy,
    stated: statement({ ...installed, preview: false }),
  };
}

type Statement = Pick<LrmModel, "id" | "name" | "preview" | "licence">;

function statement({ id, name, preview, licence }: Statement): Statement {
  return { id, name, preview, licence };
}

/** The decoder's weights. @throws ModelError when the checkpoint is not sound. */
export async function loadDecoder(model: LrmModel): Promise<Decoder> {
  return withCheckpoint(model, (checkpoint) =>
    model.architecture.readDecoder((name) => readFinite(checkpoint, name)),
  );
}

/**
 * Opens the model's checkpoint for `use`.
 *
 * @throws ModelError when it is not sound or its tensors are not the architecture's.
 */
export async function withCheckpoint<T>(
  model: LrmModel,
  use: (checkpoint: Checkpoint) => Promise<T>,
): Promise<T> {
  const checkpoint = await openCheckpoint(model.weightsPath);
  try {
    checkTensors(model.weightsPath, model.architecture.build().parameters, checkpoint.tensors);
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}

/** What `config.json` in the folder says. @throws ModelError. */
export async function readConfig(folder: string): Promise<DescribedModel> {
  const path = join(folder, "config.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const message = `${path}: cannot be read — a model folder needs config.json`;
    throw new ModelError("unreadable", message, { cause });
  }
  return parseModelConfig(text, path);
}

function notInstalled({ id, kind, weightsBytes, licence }: KnownModel): ModelError {
  if (kind !== "lrm") return makesNoMeshes(id);
  const use = licence.commercialUse ? "commercial use permitted" : "no commercial use";
  return new ModelError(
    "unknown-model",
    `model ${id}: not installed — run: maquette models add ${id} (${formatBytes(weightsBytes)}, ${licence.spdx}, ${use})`,
  );
}

function makesNoMeshes(id: string): ModelError {
  return new ModelError(
    "unknown-model",
    `model ${id}: cuts objects out of pictures and makes no meshes — see maquette models list`,
  );
}

async function unknownModel(reference: string, modelsDir: string): Promise<ModelError> {
  if (CHECKPOINT_NAME.test(reference)) {
    return new ModelError(
      "unknown-model",
      `model ${reference}: a file is added first — run: maquette models add ${reference}`,
    );
  }
  const known = KNOWN_MODELS.filter(({ kind }) => kind === "lrm").map(({ id }) => id);
  const ids = [...new Set([...known, ...(await installedIds(modelsDir))])];
  const choice = `use ${ids.join(", ")} or a folder with config.json and ${WEIGHTS_FILES.lrm}`;
  return new ModelError(
    "unknown-model",
    `model ${reference}: unknown — ${didYouMean(reference, ids, choice)}`,
  );
}

/** Values in all tensors of the checkpoint. */
export function countParameters(architecture: Architecture): number {
  const { parameters } = architecture.build();
  return [...parameters.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
