/**
 * OpenLRM 1.1 (He and Wang, "OpenLRM: Open-Source Large Reconstruction Models"): the sizes and names
 * of its checkpoints, how it wants its picture, and its frame.
 */
import { z } from "zod";
import type { Architecture } from "../architecture.ts";
import { type EncoderBlock, type EncoderWeights, encodeImage } from "../encoder.ts";
import { splitRows, type WeightScope } from "../weights.ts";
import {
  EPSILON,
  FOCAL_LENGTH,
  type LrmSizes,
  lrmArchitecture,
  type TriplaneNames,
} from "./lrm.ts";
import { CAMERA, COMMON, type EncoderSizes, MLP_RATIO, type SchemaOf } from "./sizes.ts";

export interface OpenLrmSizes extends LrmSizes {
  readonly family: "openlrm";
  /** Of previews. */
  readonly samplesPerRay: number;
}

export const OPENLRM_SCHEMA: SchemaOf<OpenLrmSizes> = {
  family: z.literal("openlrm"),
  ...COMMON,
  camera: CAMERA,
  samplesPerRay: z.number().int().min(2).max(4096),
};

const DECODER = { hidden: 64, layers: 4, isoDensity: 3 };
const DINOV2 = { patchSize: 14, positionGrid: 37, layers: 12 };

/** As released, each trained on Objaverse alone ("obj") and with MVImgNet ("mix"). */
export const OPENLRM: Readonly<Record<"small" | "base" | "large", OpenLrmSizes>> = {
  small: {
    family: "openlrm",
    encoder: { ...DINOV2, imageSize: 224, width: 384, heads: 6 },
    camera: { width: 1024 },
    transformer: { width: 512, layers: 12, heads: 8, tokenSide: 32, channels: 32 },
    decoder: DECODER,
    samplesPerRay: 96,
  },
  base: {
    family: "openlrm",
    encoder: { ...DINOV2, imageSize: 336, width: 768, heads: 12 },
    camera: { width: 1024 },
    transformer: { width: 768, layers: 12, heads: 12, tokenSide: 32, channels: 48 },
    decoder: DECODER,
    samplesPerRay: 96,
  },
  large: {
    family: "openlrm",
    encoder: { ...DINOV2, imageSize: 448, width: 768, heads: 12 },
    camera: { width: 1024 },
    transformer: { width: 1024, layers: 16, heads: 16, tokenSide: 32, channels: 80 },
    decoder: DECODER,
    samplesPerRay: 128,
  },
};

const ORBIT_RADIUS = 2;
const ORBIT_HEIGHT = 0.8;

/** In front of the object, on -y, at a distance of 2. */
export const OPENLRM_CAMERA: readonly number[] = [
  [1, 0, 0, 0],
  [0, 0, -1, -2],
  [0, 1, 0, 0],
  [FOCAL_LENGTH, FOCAL_LENGTH, 0.5, 0.5],
].flat();

const NAMES: TriplaneNames = { positions: "pos_embed", upsample: "upsampler" };

const REGISTERS = 4;

export function openLrm(sizes: OpenLrmSizes): Architecture {
  const { family, ...config } = sizes;
  const { encoder } = sizes;
  return {
    family,
    config,
    picture: { size: encoder.imageSize, borderRatio: 0.2, backdrop: 1 },
    // The model's frame has +z up and the camera on -y, the picture's right being +x.
    frameAxes: ["x", "z", "-y"],
    view: {
      marcher: "importance",
      samples: sizes.samplesPerRay,
      boxRadius: 1,
      fieldOfView: 2 * Math.atan(0.5 / FOCAL_LENGTH),
      orbitRadius: ORBIT_RADIUS,
      orbitElevation: Math.asin(ORBIT_HEIGHT / ORBIT_RADIUS),
    },
    ...lrmArchitecture(sizes, {
      // OpenLRM was trained on pictures as they are, 0..1, although DINOv2 was not.
      encode: (picture, weights) =>
        encodeImage(picture, encoderWeights(weights, encoder), {
          ...encoder,
          positionForm: "antialias",
          epsilon: EPSILON,
        }),
      camera: OPENLRM_CAMERA,
      names: NAMES,
    }),
  };
}

function encoderWeights(w: WeightScope, sizes: EncoderSizes): EncoderWeights {
  const { width, layers, patchSize, positionGrid } = sizes;
  return {
    classToken: w.tensor("cls_token", [1, 1, width]),
    positions: w.tensor("pos_embed", [1, 1 + positionGrid ** 2, width]),
    registers: w.tensor("register_tokens", [1, REGISTERS, width]),
    patches: w.affine("patch_embed.proj", [width, 3, patchSize, patchSize]),
    blocks: w.list("blocks", layers, (block) => encoderBlock(block, width)),
    norm: w.affine("norm", [width]),
  };
}

function encoderBlock(w: WeightScope, width: number): EncoderBlock {
  const packed = w.affine("attn.qkv", [3 * width, width]);
  const weights = splitRows(packed.weight, 3);
  const biases = splitRows(packed.bias, 3);
  const [query, key, value] = weights.map((weight, i) => ({ weight, bias: biases[i] }));
  return {
    norm1: w.affine("norm1", [width]),
    attention: { query, key, value, output: w.affine("attn.proj", [width, width]) },
    scale1: w.tensor("ls1.gamma", [width]),
    norm2: w.affine("norm2", [width]),
    expand: w.affine("mlp.fc1", [MLP_RATIO * width, width]),
    contract: w.affine("mlp.fc2", [width, MLP_RATIO * width]),
    scale2: w.tensor("ls2.gamma", [width]),
  };
}
