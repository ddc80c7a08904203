/**
 * The image encoder: a DINOv2 vision transformer with LayerScale (Oquab et al., "DINOv2: Learning
 * Robust Visual Features without Supervision").
 *
 * B = batch, E = width, g = patches per side, T = 1 + g*g tokens, class token first.
 */
import type { Affine } from "../graph/layers.ts";
import { linear } from "../graph/layers.ts";
import { add } from "../graph/ops/add.ts";
import { attention } from "../graph/ops/attention.ts";
import { concat } from "../graph/ops/concat.ts";
import { conv } from "../graph/ops/conv.ts";
import { gelu } from "../graph/ops/gelu.ts";
import { layerNorm } from "../graph/ops/layer-norm.ts";
import { mul } from "../graph/ops/mul.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { transpose } from "../graph/ops/transpose.ts";
import type { Tensor } from "../graph/tensor.ts";
import { fitPositions, type PositionForm } from "./position-embedding.ts";

export interface EncoderWeights {
  /** (1, 1, E) */
  readonly classToken: Tensor;
  /** (1, 1 + G*G, E) for a native grid of G x G patches. */
  readonly positions: Tensor;
  /** Weight (E, 3, patch, patch). */
  readonly patches: Affine;
  readonly blocks: readonly EncoderBlock[];
  readonly norm: Affine;
}

export interface EncoderBlock {
  readonly norm1: Affine;
  /** Weights (E, E). */
  readonly query: Affine;
  readonly key: Affine;
  readonly value: Affine;
  readonly output: Affine;
  /** LayerScale (E). */
  readonly scale1: Tensor;
  readonly norm2: Affine;
  /** Weight (4E, E). */
  readonly expand: Affine;
  /** Weight (E, 4E). */
  readonly contract: Affine;
  /** LayerScale (E). */
  readonly scale2: Tensor;
}

export interface EncoderSettings {
  readonly heads: number;
  readonly patchSize: number;
  readonly epsilon: number;
  readonly positionForm: PositionForm;
}

/**
 * All tokens of the normalised picture (1, 3, S, S) after the final norm: (1, T, E). Pixels beyond
 * the last whole patch are ignored.
 */
export function encodeImage(
  picture: Tensor,
  weights: EncoderWeights,
  settings: EncoderSettings,
): Tensor {
  const { heads, epsilon } = settings;
  let x = embedPatches(picture, weights, settings); // (1, T, E)
  for (const block of weights.blocks) {
    const h = norm(x, block.norm1, epsilon);
    x = add(x, mul(block.scale1, selfAttention(h, block, heads)));
    const f = norm(x, block.norm2, epsilon);
    x = add(x, mul(block.scale2, affine(gelu(affine(f, block.expand)), block.contract)));
  }
  return norm(x, weights.norm, epsilon);
}

function embedPatches(
  picture: Tensor,
  weights: EncoderWeights,
  { patchSize, positionForm }: EncoderSettings,
): Tensor {
  const { classToken, positions, patches } = weights;
  const grid = conv(picture, patches.weight, patches.bias, patchSize); // (B, E, g, g)
  const [batch, width, rows, columns] = grid.shape;
  const tokens = transpose(reshape(grid, [batch, width, rows * columns]), [0, 2, 1]);
  return add(concat([classToken, tokens], 1), fitPositions(positions, rows, positionForm));
}

function selfAttention(x: Tensor, block: EncoderBlock, heads: number): Tensor {
  const [query, key, value] = [block.query, block.key, block.value].map((part) => affine(x, part));
  return affine(attention(query, key, value, heads), block.output);
}

function affine(x: Tensor, { weight, bias }: Affine): Tensor {
  return linear(x, weight, bias);
}

function norm(x: Tensor, { weight, bias }: Affine, epsilon: number): Tensor {
  return layerNorm(x, weight, bias, epsilon);
}
