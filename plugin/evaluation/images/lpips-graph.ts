/**
 * LPIPS v0.1 (Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual
 * Metric", 2018): the squared difference of two pictures' features at five places of a
 * classification network, weighted per channel and averaged over the picture.
 *
 * Tensors are named as in torchvision's backbone (`features.*`) and in LPIPS' own file (`lin*`).
 */

import { add } from "../../graph/ops/add.ts";
import { constant } from "../../graph/ops/constant.ts";
import { conv } from "../../graph/ops/conv.ts";
import { div } from "../../graph/ops/div.ts";
import { input } from "../../graph/ops/input.ts";
import { maxPool } from "../../graph/ops/max-pool.ts";
import { mul } from "../../graph/ops/mul.ts";
import { parameter } from "../../graph/ops/parameter.ts";
import { reduceSum } from "../../graph/ops/reduce-sum.ts";
import { relu } from "../../graph/ops/relu.ts";
import { reshape } from "../../graph/ops/reshape.ts";
import { sqrt } from "../../graph/ops/sqrt.ts";
import { elementCount } from "../../graph/shapes.ts";
import type { Parameter, Tensor } from "../../graph/tensor.ts";

export const LPIPS_BACKBONES = ["alex", "vgg"] as const;

export type LpipsBackbone = (typeof LPIPS_BACKBONES)[number];

/** The layers up to a place where features are compared. */
type Stage = readonly Layer[];

type Layer =
  | {
      readonly type: "conv";
      /** Of torchvision's `features`; a ReLU follows each convolution. */
      readonly index: number;
      readonly channels: number;
      readonly side: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly type: "pool"; readonly side: number; readonly stride: number };

const convolution = (
  index: number,
  channels: number,
  side = 3,
  stride = 1,
  padding = 1,
): Layer => ({ type: "conv", index, channels, side, stride, padding });

const halving: Layer = { type: "pool", side: 2, stride: 2 };
const overlapping: Layer = { type: "pool", side: 3, stride: 2 };

const STAGES: Readonly<Record<LpipsBackbone, readonly Stage[]>> = {
  alex: [
    [convolution(0, 64, 11, 4, 2)],
    [overlapping, convolution(3, 192, 5, 1, 2)],
    [overlapping, convolution(6, 384)],
    [convolution(8, 256)],
    [convolution(10, 256)],
  ],
  vgg: [
    [convolution(0, 64), convolution(2, 64)],
    [halving, convolution(5, 128), convolution(7, 128)],
    [halving, convolution(10, 256), convolution(12, 256), convolution(14, 256)],
    [halving, convolution(17, 512), convolution(19, 512), convolution(21, 512)],
    [halving, convolution(24, 512), convolution(26, 512), convolution(28, 512)],
  ],
};

/** Of pictures in -1..1, per channel. */
const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];
/** Keeps features of length 0 from dividing by 0. */
const TINY = 1e-10;

export interface LpipsGraph {
  /** (): 0 for equal pictures. Depends on the inputs `picture` and `truth`, (1, 3, S, S), 0..1. */
  readonly distance: Tensor;
  readonly backbone: readonly Parameter[];
  readonly weights: readonly Parameter[];
}

/** The graph for square pictures of `size` pixels. */
export function lpipsGraph(backbone: LpipsBackbone, size: number): LpipsGraph {
  const backboneParameters = new Map<string, Parameter>();
  const declare = (name: string, shape: readonly number[]): Parameter => {
    const declared = backboneParameters.get(name) ?? parameter(name, shape);
    backboneParameters.set(name, declared);
    return declared;
  };
  const features = (name: string): Tensor[] => {
    let x = normalised(input(name, [1, 3, size, size]));
    return STAGES[backbone].map((stage) => {
      for (const layer of stage) x = apply(layer, x, declare);
      return x;
    });
  };
  const pictureFeatures = features("picture");
  const truthFeatures = features("truth");
  const weights = truthFeatures.map(({ shape }, k) =>
    parameter(`lin${k}.model.1.weight`, [1, shape[1], 1, 1]),
  );
  const distance = pictureFeatures
    .map((feature, k) => featureDistance(feature, truthFeatures[k], weights[k]))
    .reduce(add);
  return { distance, backbone: [...backboneParameters.values()], weights };
}

/** From 0..1 to what the backbones were trained on. */
function normalised(picture: Tensor): Tensor {
  const perChannel = (values: readonly number[]): Tensor =>
    constant([1, 3, 1, 1], Float32Array.from(values));
  return add(
    mul(picture, perChannel(SCALE.map((scale) => 2 / scale))),
    perChannel(SHIFT.map((shift, c) => (-1 - shift) / SCALE[c])),
  );
}

function apply(
  layer: Layer,
  x: Tensor,
  declare: (name: string, shape: readonly number[]) => Parameter,
): Tensor {
  if (layer.type === "pool") return maxPool(x, layer.side, layer.stride);
  const { index, channels, side, stride, padding } = layer;
  const weight = declare(`features.${index}.weight`, [channels, x.shape[1], side, side]);
  const bias = declare(`features.${index}.bias`, [channels]);
  return relu(conv(x, weight, bias, stride, padding));
}

/** The weighted squared difference of unit feature vectors, averaged over the places. */
function featureDistance(a: Tensor, b: Tensor, weights: Tensor): Tensor {
  const difference = add(unitVectors(a), mul(unitVectors(b), constant([], Float32Array.of(-1))));
  const weighted = mul(mul(difference, difference), weights);
  const places = elementCount(a.shape.slice(2));
  const sum = reduceSum(reshape(weighted, [elementCount(weighted.shape)]), 0);
  return mul(sum, constant([], Float32Array.of(1 / places)));
}

/** Each place's feature vector divided by its length. */
function unitVectors(x: Tensor): Tensor {
  const [batch, , height, width] = x.shape;
  const lengths = sqrt(reshape(reduceSum(mul(x, x), 1), [batch, 1, height, width]));
  return div(x, add(lengths, constant([], Float32Array.of(TINY))));
}
