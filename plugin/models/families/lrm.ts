/**
 * What VFusion3D and OpenLRM share: camera embedder, triplane transformer and decoder, with the names
 * of their weights.
 */
import { constant } from "../../graph/ops/constant.ts";
import { input } from "../../graph/ops/input.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { Architecture, Network } from "../architecture.ts";
import type { AttentionWeights } from "../attention.ts";
import { type CameraEmbedderWeights, embedCamera } from "../camera-embedder.ts";
import {
  type ModulatedNorm,
  type TriplaneLayer,
  type TriplaneWeights,
  triplaneTransformer,
} from "../triplane-transformer.ts";
import { splitRows, WeightScope } from "../weights.ts";
import { type DecoderDescription, decoderWeights, readDecoder } from "./decoder.ts";
import { type CameraSizes, type CommonSizes, MLP_RATIO } from "./sizes.ts";

export interface LrmSizes extends CommonSizes {
  readonly camera: CameraSizes;
}

/** What tells one family's network from the other's. */
export interface LrmNetwork {
  /** The picture's tokens (1, T, E) from the picture (1, 3, S, S); declares the encoder's weights. */
  encode(picture: Tensor, weights: WeightScope): Tensor;
  /** Rows of the camera's 3 x 4 matrix, then fx, fy, cx, cy; given for every picture. */
  readonly camera: readonly number[];
  readonly names: TriplaneNames;
}

/** Names of the tensors before and behind the transformer's layers. */
export interface TriplaneNames {
  readonly positions: string;
  readonly upsample: string;
}

/** Of encoder and transformer. */
export const EPSILON = 1e-6;
const CAMERA_VALUES = 16;

/** The square in front of the camera is as wide as 4/3 of its distance. */
export const FOCAL_LENGTH = 0.75;

const DECODER: DecoderDescription = {
  prefix: "synthesizer.decoder.net",
  activations: { hidden: "relu", density: "softplus", colour: [-0.001, 1.001] },
};

/** The parts of an architecture that follow from the sizes. */
export function lrmArchitecture(
  sizes: LrmSizes,
  network: LrmNetwork,
): Pick<Architecture, "triplane" | "activations" | "isoDensity" | "build" | "readDecoder"> {
  const side = 2 * sizes.transformer.tokenSide;
  return {
    triplane: { channels: sizes.transformer.channels, height: side, width: side },
    activations: DECODER.activations,
    isoDensity: sizes.decoder.isoDensity,
    build: () => buildNetwork(sizes, network),
    readDecoder: (read) => readDecoder(DECODER, sizes, read),
  };
}

function buildNetwork(sizes: LrmSizes, { encode, camera, names }: LrmNetwork): Network {
  const { imageSize } = sizes.encoder;
  const weights = new WeightScope();
  const picture = input("picture", [1, 3, imageSize, imageSize]);
  const imageTokens = encode(picture, weights.at("encoder.model"));
  const cameraVector = embedCamera(
    constant([1, CAMERA_VALUES], Float32Array.from(camera)),
    cameraWeights(weights.at("camera_embedder.mlp"), sizes.camera.width),
  );
  const planes = triplaneTransformer(
    imageTokens,
    cameraVector,
    triplaneWeights(weights, names, {
      ...sizes.transformer,
      contextWidth: sizes.encoder.width,
      cameraWidth: sizes.camera.width,
    }),
    { heads: sizes.transformer.heads, epsilon: EPSILON },
  );
  decoderWeights(weights, DECODER, sizes);
  return { picture, imageTokens, planes, parameters: weights.declared };
}

export function cameraWeights(w: WeightScope, width: number): CameraEmbedderWeights {
  return { first: w.affine("0", [width, CAMERA_VALUES]), second: w.affine("2", [width, width]) };
}

/** Sizes of the transformer with those of what it is conditioned on. */
export interface TriplaneSizes {
  readonly width: number;
  readonly layers: number;
  readonly tokenSide: number;
  readonly channels: number;
  /** Width of the image tokens. */
  readonly contextWidth: number;
  readonly cameraWidth: number;
}

export function triplaneWeights(
  root: WeightScope,
  names: TriplaneNames,
  sizes: TriplaneSizes,
): TriplaneWeights {
  const { width, layers, tokenSide, channels } = sizes;
  const w = root.at("transformer");
  return {
    positions: root.tensor(names.positions, [1, 3 * tokenSide ** 2, width]),
    layers: w.list("layers", layers, (layer) => triplaneLayer(layer, sizes)),
    norm: w.affine("norm", [width]),
    upsample: root.affine(names.upsample, [width, channels, 2, 2], channels),
  };
}

function triplaneLayer(w: WeightScope, sizes: TriplaneSizes): TriplaneLayer {
  const { width, contextWidth } = sizes;
  return {
    norm1: modulatedNorm(w.at("norm1"), sizes),
    crossAttention: attentionWeights(w.at("cross_attn"), width, contextWidth),
    norm2: modulatedNorm(w.at("norm2"), sizes),
    selfAttention: attentionWeights(w.at("self_attn"), width, width),
    norm3: modulatedNorm(w.at("norm3"), sizes),
    expand: w.affine("mlp.0", [MLP_RATIO * width, width]),
    contract: w.affine("mlp.3", [width, MLP_RATIO * width]),
  };
}

function modulatedNorm(w: WeightScope, { width, cameraWidth }: TriplaneSizes): ModulatedNorm {
  return {
    norm: w.affine("norm", [width]),
    modulation: w.affine("mlp.1", [2 * width, cameraWidth]),
  };
}

/** PyTorch stores query, key and value as one tensor exactly when the two widths are equal. */
export function attentionWeights(
  w: WeightScope,
  width: number,
  contextWidth: number,
): AttentionWeights {
  const output = { weight: w.tensor("out_proj.weight", [width, width]) };
  if (contextWidth === width) {
    const packed = w.tensor("in_proj_weight", [3 * width, width]);
    const [query, key, value] = splitRows(packed, 3);
    return { query: { weight: query }, key: { weight: key }, value: { weight: value }, output };
  }
  return {
    query: { weight: w.tensor("q_proj_weight", [width, width]) },
    key: { weight: w.tensor("k_proj_weight", [width, contextWidth]) },
    value: { weight: w.tensor("v_proj_weight", [width, contextWidth]) },
    output,
  };
}
