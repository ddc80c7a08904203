/**
 * TripoSR (Tochilkin et al., "TripoSR: Fast 3D Object Reconstruction from a Single Image"): the sizes
 * and names of its checkpoint, how it wants its picture, and its frame.
 */
import { z } from "zod";
import { input } from "../../graph/ops/input.ts";
import type { Architecture, Network } from "../architecture.ts";
import type { AttentionWeights } from "../attention.ts";
import { type EncoderBlock, type EncoderWeights, encodeImage } from "../encoder.ts";
import {
  type BackboneBlock,
  type BackboneWeights,
  type TripoSrWeights,
  tripoSrPlanes,
} from "../triposr-transformer.ts";
import { WeightScope } from "../weights.ts";
import { type DecoderDescription, decoderWeights, readDecoder } from "./decoder.ts";
import { attentionWeights, embeddingWeights } from "./huggingface-vit.ts";
import { normaliseAsImageNet } from "./imagenet.ts";
import { COMMON, type CommonSizes, type EncoderSizes, MLP_RATIO, type SchemaOf } from "./sizes.ts";

/** Channels are normalised in so many groups. */
const GROUPS = 32;

export interface TripoSrSizes extends CommonSizes {
  readonly family: "triposr";
}

export const TRIPOSR_SCHEMA: SchemaOf<TripoSrSizes> = {
  family: z.literal("triposr"),
  ...COMMON,
  transformer: COMMON.transformer.refine(({ width }) => width % GROUPS === 0, {
    path: ["width"],
    message: `must be a multiple of ${GROUPS}`,
  }),
};

/** As released. */
export const TRIPOSR: TripoSrSizes = {
  family: "triposr",
  encoder: { imageSize: 512, patchSize: 16, positionGrid: 14, width: 768, layers: 12, heads: 12 },
  transformer: { width: 1024, layers: 16, heads: 16, tokenSide: 32, channels: 40 },
  decoder: { hidden: 64, layers: 10, isoDensity: 25 },
};

const DECODER: DecoderDescription = {
  prefix: "decoder.layers",
  activations: { hidden: "silu", density: "exp", colour: [0, 1] },
};

const ENCODER = { positionForm: "offset0.1", epsilon: 1e-12 } as const;
const BACKBONE = { epsilon: 1e-5, groups: GROUPS, groupEpsilon: 1e-6 };

export function tripoSr(sizes: TripoSrSizes): Architecture {
  const { family, ...config } = sizes;
  const side = 2 * sizes.transformer.tokenSide;
  return {
    family,
    config,
    picture: { size: sizes.encoder.imageSize, borderRatio: 0.15, backdrop: 0.5 },
    triplane: { channels: sizes.transformer.channels, height: side, width: side },
    activations: DECODER.activations,
    isoDensity: sizes.decoder.isoDensity,
    // The model's frame has +z up and the camera on +x, the picture's right being +y.
    frameAxes: ["y", "z", "x"],
    view: {
      marcher: "uniform",
      samples: 128,
      boxRadius: 0.87,
      fieldOfView: (40 * Math.PI) / 180,
      orbitRadius: 1.9,
      orbitElevation: 0,
    },
    build: () => buildNetwork(sizes),
    readDecoder: (read) => readDecoder(DECODER, sizes, read),
  };
}

function buildNetwork(sizes: TripoSrSizes): Network {
  const { encoder, transformer } = sizes;
  const weights = new WeightScope();
  const picture = input("picture", [1, 3, encoder.imageSize, encoder.imageSize]);
  const imageTokens = encodeImage(
    normaliseAsImageNet(picture),
    encoderWeights(weights.at("image_tokenizer.model"), encoder),
    { ...encoder, ...ENCODER },
  );
  const planes = tripoSrPlanes(imageTokens, planeWeights(weights, sizes), {
    heads: transformer.heads,
    ...BACKBONE,
  });
  decoderWeights(weights, DECODER, sizes);
  return { picture, imageTokens, planes, parameters: weights.declared };
}

function encoderWeights(w: WeightScope, sizes: EncoderSizes): EncoderWeights {
  const { width, layers } = sizes;
  w.affine("pooler.dense", [width, width]); // of DINO's library, never used
  return {
    ...embeddingWeights(w.at("embeddings"), sizes),
    blocks: w.list("encoder.layer", layers, (block) => encoderBlock(block, width)),
    norm: w.affine("layernorm", [width]),
  };
}

function encoderBlock(w: WeightScope, width: number): EncoderBlock {
  return {
    norm1: w.affine("layernorm_before", [width]),
    attention: attentionWeights(w.at("attention"), width),
    norm2: w.affine("layernorm_after", [width]),
    expand: w.affine("intermediate.dense", [MLP_RATIO * width, width]),
    contract: w.affine("output.dense", [width, MLP_RATIO * width]),
  };
}

function planeWeights(w: WeightScope, { encoder, transformer }: TripoSrSizes): TripoSrWeights {
  const { width, layers, tokenSide, channels } = transformer;
  const sizes = { width, layers, contextWidth: encoder.width };
  return {
    tokens: w.tensor("tokenizer.embeddings", [3, width, tokenSide, tokenSide]),
    backbone: backboneWeights(w.at("backbone"), sizes),
    upsample: w.affine("post_processor.upsample", [width, channels, 2, 2], channels),
  };
}

export interface BackboneSizes {
  readonly width: number;
  readonly layers: number;
  /** Width of the image tokens. */
  readonly contextWidth: number;
}

export function backboneWeights(w: WeightScope, sizes: BackboneSizes): BackboneWeights {
  const { width, layers } = sizes;
  return {
    norm: w.affine("norm", [width]),
    projectIn: w.affine("proj_in", [width, width]),
    blocks: w.list("transformer_blocks", layers, (block) => backboneBlock(block, sizes)),
    projectOut: w.affine("proj_out", [width, width]),
  };
}

function backboneBlock(w: WeightScope, { width, contextWidth }: BackboneSizes): BackboneBlock {
  return {
    norm1: w.affine("norm1", [width]),
    selfAttention: backboneAttention(w.at("attn1"), width, width),
    norm2: w.affine("norm2", [width]),
    crossAttention: backboneAttention(w.at("attn2"), width, contextWidth),
    norm3: w.affine("norm3", [width]),
    expand: w.affine("ff.net.0.proj", [2 * MLP_RATIO * width, width]),
    contract: w.affine("ff.net.2", [width, MLP_RATIO * width]),
  };
}

function backboneAttention(w: WeightScope, width: number, contextWidth: number): AttentionWeights {
  return {
    query: { weight: w.tensor("to_q.weight", [width, width]) },
    key: { weight: w.tensor("to_k.weight", [width, contextWidth]) },
    value: { weight: w.tensor("to_v.weight", [width, contextWidth]) },
    output: w.affine("to_out.0", [width, width]),
  };
}
