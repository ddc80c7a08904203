/**
 * VFusion3D (Han et al., "VFusion3D: Learning Scalable 3D Generative Models from Video Diffusion
 * Models"): the sizes and names of its checkpoint, how it wants its picture, and its frame.
 */
import { z } from "zod";
import type { Architecture } from "../architecture.ts";
import { type EncoderBlock, type EncoderWeights, encodeImage } from "../encoder.ts";
import type { PositionForm } from "../position-embedding.ts";
import type { WeightScope } from "../weights.ts";
import { attentionWeights, embeddingWeights } from "./huggingface-vit.ts";
import { normaliseAsImageNet } from "./imagenet.ts";
import {
  EPSILON,
  FOCAL_LENGTH,
  type LrmSizes,
  lrmArchitecture,
  type TriplaneNames,
} from "./lrm.ts";
import { CAMERA, COMMON, type EncoderSizes, MLP_RATIO, type SchemaOf } from "./sizes.ts";

export interface VFusion3dSizes extends LrmSizes {
  readonly family: "vfusion3d";
  readonly positionForm: Exclude<PositionForm, "antialias">;
}

export const VFUSION3D_SCHEMA: SchemaOf<VFusion3dSizes> = {
  family: z.literal("vfusion3d"),
  ...COMMON,
  camera: CAMERA,
  positionForm: z.enum(["offset0.1", "size"]).default("offset0.1"),
};

/** As released. */
export const VFUSION3D: VFusion3dSizes = {
  family: "vfusion3d",
  encoder: { imageSize: 512, patchSize: 14, positionGrid: 37, width: 768, layers: 12, heads: 12 },
  camera: { width: 1024 },
  transformer: { width: 1024, layers: 16, heads: 16, tokenSide: 32, channels: 80 },
  decoder: { hidden: 64, layers: 4, isoDensity: 1 },
  positionForm: "offset0.1",
};

/** In front of the object, on +x, at a distance of 1; previews are rendered from farther away. */
export const VFUSION3D_CAMERA: readonly number[] = [
  [0, 0, 1, 1],
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [FOCAL_LENGTH, FOCAL_LENGTH, 0.5, 0.5],
].flat();

export const VFUSION3D_NAMES: TriplaneNames = {
  positions: "transformer.pos_embed",
  upsample: "transformer.deconv",
};

export function vfusion3d(sizes: VFusion3dSizes): Architecture {
  const { family, ...config } = sizes;
  const { encoder, positionForm } = sizes;
  return {
    family,
    config,
    picture: { size: encoder.imageSize, borderRatio: 0.2, backdrop: 1 },
    // The model's frame has +z up and the camera on +x, the picture's right being +y.
    frameAxes: ["y", "z", "x"],
    view: {
      marcher: "importance",
      samples: 128,
      boxRadius: 1,
      fieldOfView: 2 * Math.atan(0.5 / FOCAL_LENGTH),
      orbitRadius: 1.5,
      orbitElevation: 0,
    },
    ...lrmArchitecture(sizes, {
      encode: (picture, weights) =>
        encodeImage(normaliseAsImageNet(picture), encoderWeights(weights, encoder), {
          ...encoder,
          positionForm,
          epsilon: EPSILON,
        }),
      camera: VFUSION3D_CAMERA,
      names: VFUSION3D_NAMES,
    }),
  };
}

function encoderWeights(w: WeightScope, sizes: EncoderSizes): EncoderWeights {
  const { width, layers } = sizes;
  const embeddings = w.at("embeddings");
  embeddings.tensor("mask_token", [1, width]); // of DINOv2's training, unused since
  return {
    ...embeddingWeights(embeddings, sizes),
    blocks: w.list("encoder.layer", layers, (block) => encoderBlock(block, width)),
    norm: w.affine("layernorm", [width]),
  };
}

function encoderBlock(w: WeightScope, width: number): EncoderBlock {
  return {
    norm1: w.affine("norm1", [width]),
    attention: attentionWeights(w.at("attention"), width),
    scale1: w.tensor("layer_scale1.lambda1", [width]),
    norm2: w.affine("norm2", [width]),
    expand: w.affine("mlp.fc1", [MLP_RATIO * width, width]),
    contract: w.affine("mlp.fc2", [width, MLP_RATIO * width]),
    scale2: w.tensor("layer_scale2.lambda1", [width]),
  };
}
