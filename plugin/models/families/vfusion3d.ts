/**
 * VFusion3D (Han et al., "VFusion3D: Learning Scalable 3D Generative Models from Video Diffusion
 * Models"): the names and shapes of its checkpoint, how it wants its picture, and its frame.
 */
import type { Activations, Decoder, DenseLayer } from "../../core/field.ts";
import type { FrameAxes } from "../../core/frame.ts";
import type { ViewConvention } from "../../core/view-convention.ts";
import { add } from "../../graph/ops/add.ts";
import { constant } from "../../graph/ops/constant.ts";
import { input } from "../../graph/ops/input.ts";
import { mul } from "../../graph/ops/mul.ts";
import { slice } from "../../graph/ops/slice.ts";
import type { Parameter, Tensor } from "../../graph/tensor.ts";
import type { Architecture, Network } from "../architecture.ts";
import { type CameraEmbedderWeights, embedCamera } from "../camera-embedder.ts";
import { type EncoderBlock, type EncoderWeights, encodeImage } from "../encoder.ts";
import {
  type AttentionWeights,
  type ModulatedNorm,
  type TriplaneLayer,
  type TriplaneWeights,
  triplaneTransformer,
} from "../triplane-transformer.ts";
import { WeightScope } from "../weights.ts";
import type { VFusion3dConfig } from "./vfusion3d-config.ts";

/** The object's longest side fills the picture but for this share. */
const BORDER_RATIO = 0.2;

/**
 * The model's frame has +Z up and the camera on +X, the picture's right being +Y; glTF has +Y up and
 * its front on +Z.
 */
const FRAME_AXES: FrameAxes = ["y", "z", "x"];

const ACTIVATIONS: Activations = { hidden: "relu", density: "softplus", colour: [-0.001, 1.001] };

const VIEW: ViewConvention = {
  marcher: "importance",
  samples: 128,
  boxRadius: 1,
  fieldOfView: 2 * Math.atan(0.5 / 0.75),
  orbitRadius: 1.5,
  orbitElevation: 0,
};

export function vfusion3d(config: VFusion3dConfig): Architecture {
  const { encoder, transformer, decoder } = config;
  const side = 2 * transformer.tokenSide;
  return {
    family: "vfusion3d",
    config,
    picture: { size: encoder.imageSize, borderRatio: BORDER_RATIO, backdrop: 1 },
    triplane: { channels: transformer.channels, height: side, width: side },
    activations: ACTIVATIONS,
    isoDensity: decoder.isoDensity,
    frameAxes: FRAME_AXES,
    view: VIEW,
    build: () => buildNetwork(config),
    readDecoder: (read) => readDecoder(config, read),
  };
}

function buildNetwork(config: VFusion3dConfig): Network {
  const { encoder, transformer } = config;
  const weights = new WeightScope();
  const picture = input("picture", [1, 3, encoder.imageSize, encoder.imageSize]);
  const imageTokens = encodeImage(
    normalise(picture, encoder),
    encoderWeights(weights.at("encoder.model"), encoder),
    encoder,
  );
  const camera = embedCamera(
    constant([1, 16], Float32Array.from(config.camera.values)),
    cameraWeights(weights.at("camera_embedder.mlp"), 16, config.camera.width),
  );
  const planes = triplaneTransformer(
    imageTokens,
    camera,
    triplaneWeights(weights.at("transformer"), {
      ...transformer,
      contextWidth: encoder.width,
      cameraWidth: config.camera.width,
    }),
    transformer,
  );
  decoderWeights(weights.at("synthesizer.decoder.net"), config);
  return { picture, imageTokens, planes, parameters: weights.declared };
}

async function readDecoder(
  config: VFusion3dConfig,
  read: (name: string) => Promise<Float32Array>,
): Promise<Decoder> {
  const layers = decoderWeights(new WeightScope().at("synthesizer.decoder.net"), config);
  return {
    activations: ACTIVATIONS,
    layers: await Promise.all(
      layers.map(async ({ weight, bias }): Promise<DenseLayer> => {
        const [rows, columns] = weight.shape;
        return { rows, columns, weight: await read(weight.name), bias: await read(bias.name) };
      }),
    ),
  };
}

/** (picture - mean) / std */
function normalise(picture: Tensor, { imageMean, imageStd }: VFusion3dConfig["encoder"]): Tensor {
  const perChannel = (values: readonly number[]): Tensor =>
    constant([1, 3, 1, 1], Float32Array.from(values));
  const centred = add(picture, perChannel(imageMean.map((mean) => -mean)));
  return mul(centred, perChannel(imageStd.map((std) => 1 / std)));
}

function encoderWeights(w: WeightScope, config: VFusion3dConfig["encoder"]): EncoderWeights {
  const { width, patchSize, positionGrid } = config;
  const embeddings = w.at("embeddings");
  embeddings.tensor("mask_token", [1, width]); // of DINOv2's training, unused since
  return {
    classToken: embeddings.tensor("cls_token", [1, 1, width]),
    positions: embeddings.tensor("position_embeddings", [1, 1 + positionGrid ** 2, width]),
    patches: embeddings.affine("patch_embeddings.projection", [width, 3, patchSize, patchSize]),
    blocks: repeat(config.layers, (i) => encoderBlock(w.at(`encoder.layer.${i}`), config)),
    norm: w.affine("layernorm", [width]),
  };
}

function encoderBlock(w: WeightScope, config: VFusion3dConfig["encoder"]): EncoderBlock {
  const { width, mlpRatio } = config;
  const square = [width, width];
  return {
    norm1: w.affine("norm1", [width]),
    query: w.affine("attention.attention.query", square),
    key: w.affine("attention.attention.key", square),
    value: w.affine("attention.attention.value", square),
    output: w.affine("attention.output.dense", square),
    scale1: w.tensor("layer_scale1.lambda1", [width]),
    norm2: w.affine("norm2", [width]),
    expand: w.affine("mlp.fc1", [mlpRatio * width, width]),
    contract: w.affine("mlp.fc2", [width, mlpRatio * width]),
    scale2: w.tensor("layer_scale2.lambda1", [width]),
  };
}

export function cameraWeights(
  w: WeightScope,
  inputs: number,
  width: number,
): CameraEmbedderWeights {
  return { first: w.affine("0", [width, inputs]), second: w.affine("2", [width, width]) };
}

/** Sizes of the transformer with those of what it is conditioned on. */
export interface TriplaneSizes {
  readonly width: number;
  readonly layers: number;
  readonly mlpRatio: number;
  readonly tokenSide: number;
  readonly channels: number;
  /** Width of the image tokens. */
  readonly contextWidth: number;
  readonly cameraWidth: number;
}

export function triplaneWeights(w: WeightScope, sizes: TriplaneSizes): TriplaneWeights {
  const { width, layers, tokenSide, channels } = sizes;
  return {
    positions: w.tensor("pos_embed", [1, 3 * tokenSide ** 2, width]),
    layers: repeat(layers, (i) => triplaneLayer(w.at(`layers.${i}`), sizes)),
    norm: w.affine("norm", [width]),
    upsample: w.affine("deconv", [width, channels, 2, 2], channels),
  };
}

function triplaneLayer(w: WeightScope, sizes: TriplaneSizes): TriplaneLayer {
  const { width, mlpRatio, contextWidth } = sizes;
  return {
    norm1: modulatedNorm(w.at("norm1"), sizes),
    crossAttention: attentionWeights(w.at("cross_attn"), width, contextWidth),
    norm2: modulatedNorm(w.at("norm2"), sizes),
    selfAttention: attentionWeights(w.at("self_attn"), width, width),
    norm3: modulatedNorm(w.at("norm3"), sizes),
    expand: w.affine("mlp.0", [mlpRatio * width, width]),
    contract: w.affine("mlp.3", [width, mlpRatio * width]),
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
  const output = w.tensor("out_proj.weight", [width, width]);
  if (contextWidth === width) {
    const packed = w.tensor("in_proj_weight", [3 * width, width]);
    const [query, key, value] = repeat(3, (i) => slice(packed, 0, i * width, (i + 1) * width));
    return { query, key, value, output };
  }
  return {
    query: w.tensor("q_proj_weight", [width, width]),
    key: w.tensor("k_proj_weight", [width, contextWidth]),
    value: w.tensor("v_proj_weight", [width, contextWidth]),
    output,
  };
}

/** The linear layers of the decoder; in the checkpoint activations take the odd numbers. */
function decoderWeights(
  w: WeightScope,
  { transformer, decoder }: VFusion3dConfig,
): { weight: Parameter; bias: Parameter }[] {
  return repeat(decoder.layers, (i) => {
    const columns = i === 0 ? 3 * transformer.channels : decoder.hidden;
    const rows = i === decoder.layers - 1 ? 4 : decoder.hidden;
    return {
      weight: w.tensor(`${2 * i}.weight`, [rows, columns]),
      bias: w.tensor(`${2 * i}.bias`, [rows]),
    };
  });
}

function repeat<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
