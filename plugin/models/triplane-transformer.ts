/**
 * The image-to-triplane transformer of LRM (Hong et al., "LRM: Large Reconstruction Model for Single
 * Image to 3D"), of VFusion3D and OpenLRM: learned triplane tokens attend to the picture's tokens
 * and to each other, modulated by the camera, and are upsampled to three feature planes.
 *
 * D = width, L = plane side in tokens, N = 3*L*L tokens (plane, row, column), T = image tokens,
 * E = their width, M = width of the camera vector, C = channels of a plane.
 */
import type { Affine } from "../graph/layers.ts";
import { norm, project, silu } from "../graph/layers.ts";
import { add } from "../graph/ops/add.ts";
import { constant } from "../graph/ops/constant.ts";
import { gelu } from "../graph/ops/gelu.ts";
import { mul } from "../graph/ops/mul.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import { transpose } from "../graph/ops/transpose.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type AttentionWeights, multiHeadAttention } from "./attention.ts";
import { upsamplePlanes } from "./plane-upsampling.ts";

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
  const tokens = norm(x, weights.norm, epsilon);
  return upsamplePlanes(tokenPlanes(tokens), weights.upsample);
}

/** LayerNorm(x) * (1 + scale) + shift, both linear in SiLU of the camera vector. */
function modulatedNorm(x: Tensor, camera: Tensor, weights: ModulatedNorm, epsilon: number): Tensor {
  const [, , width] = x.shape;
  const factors = project(silu(camera), weights.modulation); // (1, 2D)
  const shift = slice(factors, 1, 0, width);
  const scale = slice(factors, 1, width, 2 * width);
  const normalised = norm(x, weights.norm, epsilon);
  return add(mul(normalised, add(scale, constant([1], Float32Array.of(1)))), shift);
}

function feedForward(x: Tensor, { expand, contract }: TriplaneLayer): Tensor {
  return project(gelu(project(x, expand)), contract); // (1, N, 4D) between
}

/** Tokens (1, N, D) to (3, D, L, L). */
function tokenPlanes(tokens: Tensor): Tensor {
  const [, count, width] = tokens.shape;
  const side = Math.sqrt(count / 3);
  return transpose(reshape(tokens, [3, side, side, width]), [0, 3, 1, 2]);
}
