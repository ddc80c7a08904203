/**
 * The image-to-triplane transformer of the LRM family (Hong et al., "LRM: Large Reconstruction
 * Model for Single Image to 3D"): learned triplane tokens attend to the picture's tokens and to
 * each other, modulated by the camera, and are upsampled to three feature planes.
 *
 * D = width, L = plane side in tokens, N = 3*L*L tokens (plane, row, column), T = image tokens,
 * E = their width, M = width of the camera vector, C = channels of a plane.
 */
import type { Affine } from "../graph/layers.ts";
import { linear, silu } from "../graph/layers.ts";
import { add } from "../graph/ops/add.ts";
import { attention } from "../graph/ops/attention.ts";
import { constant } from "../graph/ops/constant.ts";
import { convTranspose } from "../graph/ops/conv-transpose.ts";
import { gelu } from "../graph/ops/gelu.ts";
import { layerNorm } from "../graph/ops/layer-norm.ts";
import { mul } from "../graph/ops/mul.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import { transpose } from "../graph/ops/transpose.ts";
import type { Tensor } from "../graph/tensor.ts";

export interface TriplaneWeights {
  /** (1, N, D) */
  readonly positions: Tensor;
  readonly layers: readonly TriplaneLayer[];
  readonly norm: Affine;
  /** Weight (D, C, 2, 2). */
  readonly upsample: Affine;
}

export interface TriplaneLayer {
  readonly norm1: ModulatedNorm;
  readonly crossAttention: AttentionWeights;
  readonly norm2: ModulatedNorm;
  readonly selfAttention: AttentionWeights;
  readonly norm3: ModulatedNorm;
  /** Weight (4D, D). */
  readonly expand: Affine;
  /** Weight (D, 4D). */
  readonly contract: Affine;
}

export interface ModulatedNorm {
  readonly norm: Affine;
  /** Weight (2D, M): shift, then scale. */
  readonly modulation: Affine;
}

/** No biases. Query and output (D, D); key and value (D, E) or (D, D). */
export interface AttentionWeights {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly output: Tensor;
}

export interface TriplaneSettings {
  readonly heads: number;
  readonly epsilon: number;
}

/** Image tokens (1, T, E) and camera vector (1, M) to planes (1, 3, C, 2L, 2L). */
export function triplaneTransformer(
  imageTokens: Tensor,
  camera: Tensor,
  weights: TriplaneWeights,
  { heads, epsilon }: TriplaneSettings,
): Tensor {
  let x = weights.positions; // (1, N, D)
  for (const layer of weights.layers) {
    const q = modulatedNorm(x, camera, layer.norm1, epsilon);
    x = add(x, multiHeadAttention(q, imageTokens, layer.crossAttention, heads));
    const h = modulatedNorm(x, camera, layer.norm2, epsilon);
    x = add(x, multiHeadAttention(h, h, layer.selfAttention, heads));
    const f = modulatedNorm(x, camera, layer.norm3, epsilon);
    x = add(x, feedForward(f, layer));
  }
  return upsample(layerNorm(x, weights.norm.weight, weights.norm.bias, epsilon), weights.upsample);
}

/** Queries (1, N, D) attend to `context` (1, T, E): (1, N, D). */
export function multiHeadAttention(
  queries: Tensor,
  context: Tensor,
  weights: AttentionWeights,
  heads: number,
): Tensor {
  const query = linear(queries, weights.query);
  const key = linear(context, weights.key);
  const value = linear(context, weights.value);
  return linear(attention(query, key, value, heads), weights.output);
}

/** LayerNorm(x) * (1 + scale) + shift, both linear in SiLU of the camera vector. */
function modulatedNorm(
  x: Tensor,
  camera: Tensor,
  { norm, modulation }: ModulatedNorm,
  epsilon: number,
): Tensor {
  const [, , width] = x.shape;
  const factors = linear(silu(camera), modulation.weight, modulation.bias); // (1, 2D)
  const shift = slice(factors, 1, 0, width);
  const scale = slice(factors, 1, width, 2 * width);
  const normalised = layerNorm(x, norm.weight, norm.bias, epsilon);
  return add(mul(normalised, add(scale, constant([1], Float32Array.of(1)))), shift);
}

function feedForward(x: Tensor, { expand, contract }: TriplaneLayer): Tensor {
  const hidden = gelu(linear(x, expand.weight, expand.bias)); // (1, N, 4D)
  return linear(hidden, contract.weight, contract.bias);
}

/** Tokens (1, N, D) to planes (1, 3, C, 2L, 2L). */
function upsample(tokens: Tensor, { weight, bias }: Affine): Tensor {
  const [, count, width] = tokens.shape;
  const side = Math.sqrt(count / 3);
  const planes = transpose(reshape(tokens, [3, side, side, width]), [0, 3, 1, 2]); // (3, D, L, L)
  const upsampled = convTranspose(planes, weight, bias, 2); // (3, C, 2L, 2L)
  return reshape(upsampled, [1, ...upsampled.shape]);
}
