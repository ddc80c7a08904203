/** A model as the rest of the program sees it: described without its weights, read on demand. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ModelError } from "../core/errors.ts";
import type { Decoder } from "../core/field.ts";
import { elementCount } from "../graph/shapes.ts";
import type { Architecture } from "./architecture.ts";
import type { Checkpoint } from "./checkpoint/checkpoint.ts";
import { openCheckpoint } from "./checkpoint/open.ts";
import { type DescribedModel, parseModelConfig } from "./families/config.ts";
import { fileHash } from "./file-hash.ts";
import { stampOf } from "./file-stamp.ts";
import { type Licence, UNKNOWN_LICENCE } from "./licence.ts";
import { DEFAULT_MODEL, KNOWN_MODELS, type KnownModel } from "./registry.ts";
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
 * Describes the model named `reference`: an id of the registry, or a folder with config.json and
 * model.safetensors. Weights are not loaded; their hash is remembered in `cacheDir`.
 *
 * @throws ModelError when there is no such model or its files are not what they should be.
 */
export async function openModel(
  reference: string = DEFAULT_MODEL,
  cacheDir: string,
): Promise<LrmModel> {
  const known = KNOWN_MODELS.find(({ id }) => id === reference);
  const folder = known?.folder ?? resolve(reference);
  const weightsPath = join(folder, "model.safetensors");
  if ((await stampOf(weightsPath)) === undefined) throw missingModel(reference, known);

  const described = await readConfig(join(folder, "config.json"));
  const { architecture } = described;
  const weightsSha256 = await fileHash(weightsPath, cacheDir);
  if (known !== undefined && known.weightsSha256 !== weightsSha256) {
    throw new ModelError(
      "mismatch",
      `model ${known.id}: ${weightsPath} is not the file that was released — install it again`,
    );
  }
  return {
    id: known?.id ?? described.name,
    name: known?.name ?? described.name,
    preview: known?.preview ?? false,
    licence: known?.licence ?? described.licence ?? UNKNOWN_LICENCE,
    parameterCount: countParameters(architecture),
    weightsPath,
    weightsSha256,
    architecture,
    resolution: LATTICE_POINTS_PER_TEXEL * architecture.triplane.width,
  };
}

/** The decoder's weights. @throws ModelError when the checkpoint is not sound. */
export async function loadDecoder(model: LrmModel): Promise<Decoder> {
  return withCheckpoint(model, (checkpoint) =>
    model.architecture.readDecoder((name) => checkpoint.read(name)),
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

async function readConfig(path: string): Promise<DescribedModel> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const message = `${path}: cannot be read — a model folder needs config.json`;
    throw new ModelError("unreadable", message, { cause });
  }
  return parseModelConfig(text, path);
}

function missingModel(reference: string, known: KnownModel | undefined): ModelError {
  if (known !== undefined) {
    const message = `model ${known.id}: no model.safetensors in ${known.folder} — install it again`;
    return new ModelError("unreadable", message);
  }
  const ids = KNOWN_MODELS.map(({ id }) => id).join(", ");
  return new ModelError(
    "unknown-model",
    `model ${reference}: unknown — use ${ids} or a folder with config.json and model.safetensors`,
  );
}

function countParameters(architecture: Architecture): number {
  const { parameters } = architecture.build();
  return [...parameters.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
