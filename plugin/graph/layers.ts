/** Layers written as combinations of ops, so that they need no gradient rules of their own. */
import { add } from "./ops/add.ts";
import { constant } from "./ops/constant.ts";
import { gelu } from "./ops/gelu.ts";
import { gemm } from "./ops/gemm.ts";
import { layerNorm } from "./ops/layer-norm.ts";
import { mul } from "./ops/mul.ts";
import { reshape } from "./ops/reshape.ts";
import { sigmoid } from "./ops/sigmoid.ts";
import { slice } from "./ops/slice.ts";
import { shapeError } from "./shapes.ts";
import type { Tensor } from "./tensor.ts";

/** A weight (out, in) with its bias (out), or a normalisation's scale (D) with its bias (D). */
export interface Affine {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** A linear layer's weight (out, in), with or without a bias (out). */
export interface Projection {
  readonly weight: Tensor;
  readonly bias?: Tensor;
}

/** x (..., in) times the transpose of weight (out, in), plus bias (out): (..., out). */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  if (x.shape.length === 2) return gemm(x, weight, bias);
  const leading = x.shape.slice(0, -1);
  const rows = leading.reduce((product, size) => product * size, 1);
  const flat = reshape(x, [rows, ...x.shape.slice(-1)]);
  return reshape(gemm(flat, weight, bias), [...leading, weight.shape[0]]);
}

/** {@link linear} with the weights of one layer. */
export function project(x: Tensor, { weight, bias }: Projection): Tensor {
  return linear(x, weight, bias);
}

/** {@link layerNorm} with the weights of one layer. */
export function norm(x: Tensor, { weight, bias }: Affine, epsilon: number): Tensor {
  return layerNorm(x, weight, bias, epsilon);
}

/** x * sigmoid(x), elementwise. */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}

/** A linear layer whose first half of outputs is multiplied by the GELU of the second: (..., out / 2). */
export function geglu(x: Tensor, weights: Projection): Tensor {
  const both = project(x, weights);
  const last = both.shape.length - 1;
  const half = both.shape[last] / 2;
  return mul(slice(both, last, 0, half), gelu(slice(both, last, half, 2 * half)));
}

/**
 * Normalises x (B, C, N) over each of `groups` runs of neighbouring channels, all N together, to
 * mean 0 and variance 1, then `weight` (C) and `bias` (C) per channel.
 */
export function groupNorm(
  x: Tensor,
  { weight, bias }: Affine,
  groups: number,
  epsilon: number,
): Tensor {
  const [batch, channels, count] = x.shape;
  if (x.shape.length !== 3 || channels % groups !== 0) {
    throw shapeError(
      "groupNorm",
      [x.shape],
      `needs (b, c, n) with c divisible by ${groups} groups`,
    );
  }
  const width = (channels / groups) * count;
  const ones = constant([width], new Float32Array(width).fill(1));
  const zeros = constant([width], new Float32Array(width));
  const grouped = layerNorm(reshape(x, [batch, groups, width]), ones, zeros, epsilon);
  const perChannel = (values: Tensor): Tensor => reshape(values, [channels, 1]);
  return add(mul(reshape(grouped, x.shape), perChannel(weight)), perChannel(bias));
}
