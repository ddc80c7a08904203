/** Layers written as combinations of ops, so that they need no gradient rules of their own. */
import { gemm } from "./ops/gemm.ts";
import { mul } from "./ops/mul.ts";
import { reshape } from "./ops/reshape.ts";
import { sigmoid } from "./ops/sigmoid.ts";
import type { Tensor } from "./tensor.ts";

/** A weight (out, in) with its bias (out), or a normalisation's scale (D) with its bias (D). */
export interface Affine {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** x (..., in) times the transpose of weight (out, in), plus bias (out): (..., out). */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  if (x.shape.length === 2) return gemm(x, weight, bias);
  const leading = x.shape.slice(0, -1);
  const rows = leading.reduce((product, size) => product * size, 1);
  const flat = reshape(x, [rows, ...x.shape.slice(-1)]);
  return reshape(gemm(flat, weight, bias), [...leading, weight.shape[0]]);
}

/** x * sigmoid(x), elementwise. */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}
