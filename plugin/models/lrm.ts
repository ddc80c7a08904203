/** A model as the rest of the program sees it: described without its weights, read on demand. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ModelError } from "../core/errors.ts";
import type { Decoder } from "../core/field.ts";
import type { FrameAxes } from "../core/frame.ts";
import { elementCount } from "../graph/shapes.ts";
import { SafetensorsFile } from "./checkpoint/safetensors.ts";
import {
  BORDER_RATIO,
  buildVFusion3d,
  FRAME_AXES,
  readVFusion3dDecoder,
} from "./families/vfusion3d.ts";
import { parseVFusion3dConfig, type VFusion3dConfig } from "./families/vfusion3d-config.ts";
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
  readonly config: VFusion3dConfig;
  /** How it wants its picture: square, sRGB 0..1, the object centred on white. */
  readonly picture: {
    /** Side, pixels. */
    readonly size: number;
    /** Share of the side that the object's longest side leaves free. */
    readonly borderRatio: number;
  };
  /** Sizes of one plane of the encoder's output. */
  readonly triplane: {
    readonly channels: number;
    readonly height: number;
    readonly width: number;
  };
  /** Lattice points per axis that do the planes justice. */
  readonly resolution: number;
  /** Density above which a point is inside. */
  readonly isoDensity: number;
  readonly frameAxes: FrameAxes;
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

  const config = await readConfig(join(folder, "config.json"));
  const weightsSha256 = await fileHash(weightsPath, cacheDir);
  if (known !== undefined && known.weightsSha256 !== weightsSha256) {
    throw new ModelError(
      "mismatch",
      `model ${known.id}: ${weightsPath} is not the file that was released — install it again`,
    );
  }
  const { encoder, transformer, decoder } = config;
  const side = 2 * transformer.tokenSide;
  return {
    id: known?.id ?? config.name,
    name: known?.name ?? config.name,
    preview: known?.preview ?? false,
    licence: known?.licence ?? config.licence ?? UNKNOWN_LICENCE,
    parameterCount: countParameters(config),
    weightsPath,
    weightsSha256,
    config,
    picture: { size: encoder.imageSize, borderRatio: BORDER_RATIO },
    triplane: { channels: transformer.channels, height: side, width: side },
    resolution: LATTICE_POINTS_PER_TEXEL * side,
    isoDensity: decoder.isoDensity,
    frameAxes: FRAME_AXES,
  };
}

/** The decoder's weights. @throws ModelError when the checkpoint is not sound. */
export async function loadDecoder(model: LrmModel): Promise<Decoder> {
  return withCheckpoint(model, (checkpoint) =>
    readVFusion3dDecoder(model.config, (name) => checkpoint.read(name)),
  );
}

/**
 * Opens the model's checkpoint for `use`.
 *
 * @throws ModelError when it is not sound or its tensors are not the architecture's.
 */
export async function withCheckpoint<T>(
  model: LrmModel,
  use: (checkpoint: SafetensorsFile) => Promise<T>,
): Promise<T> {
  const checkpoint = await SafetensorsFile.open(model.weightsPath);
  try {
    checkTensors(model.weightsPath, buildVFusion3d(model.config).parameters, checkpoint.tensors);
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}

async function readConfig(path: string): Promise<VFusion3dConfig> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const message = `${path}: cannot be read — a model folder needs config.json`;
    throw new ModelError("unreadable", message, { cause });
  }
  return parseVFusion3dConfig(text, path);
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

function countParameters(config: VFusion3dConfig): number {
  const { parameters } = buildVFusion3d(config);
  return [...parameters.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
