/**
 * The image encoder, a vision transformer: DINO (Caron et al., "Emerging Properties in
 * Self-Supervised Vision Transformers"), or DINOv2 (Oquab et al., "DINOv2: Learning Robust Visual
 * Features without Supervision"), which has LayerScale and may have registers (Darcet et al.,
 * "Vision Transformers Need Registers").
 *
 * B = batch, E = width, g = patches per side, T = 1 + g*g tokens, class token first.
 */
import type { Affine } from "../graph/layers.ts";
import { norm, project } from "../graph/layers.ts";
import { add } from "../graph/ops/add.ts";
import { concat } from "../graph/ops/concat.ts";
import { conv } from "../graph/ops/conv.ts";
import { gelu } from "../graph/ops/gelu.ts";
import { mul } from "../graph/ops/mul.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import { transpose } from "../graph/ops/transpose.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type AttentionWeights, multiHeadAttention } from "./attention.ts";
import { fitPositions, type PositionForm } from "./position-embedding.ts";

export interface EncoderWeights {
  /** (1, 1, E) */
  readonly classToken: Tensor;
  /** (1, 1 + G*G, E) for a native grid of G x G patches. */
  readonly positions: Tensor;
  /** (1, R, E): tokens without a position that stand behind the class token and are not given out. */
  readonly registers?: Tensor;
  /** Weight (E, 3, patch, patch). */
  readonly patches: Affine;
  readonly blocks: readonly EncoderBlock[];
  readonly norm: Affine;
}

export interface EncoderBlock {
  readonly norm1: Affine;
  readonly attention: AttentionWeights;
  /** LayerScale (E). */
  readonly scale1?: Tensor;
  readonly norm2: Affine;
  /** Weight (4E, E). */
  readonly expand: Affine;
  /** Weight (E, 4E). */
  readonly contract: Affine;
  /** LayerScale (E). */
  readonly scale2?: Tensor;
}

export interface EncoderSettings {
  readonly heads: number;
  readonly patchSize: number;
  readonly epsilon: number;
  readonly positionForm: PositionForm;
}

/**
 * Class and patch tokens of the picture (1, 3, S, S), as the encoder was trained to see it, after
 * the final norm: (1, T, E). Pixels beyond the last whole patch are ignored.
 */
export function encodeImage(
  picture: Tensor,
  weights: EncoderWeights,
  settings: EncoderSettings,
): Tensor {
  const { heads, epsilon } = settings;
  const { registers } = weights;
  const embedded = embedPatches(picture, weights, settings); // (1, T, E)
  let x = registers === undefined ? embedded : insertRegisters(embedded, registers);
  for (const block of weights.blocks) {
    const h = norm(x, block.norm1, epsilon);
    x = add(x, scaled(multiHeadAttention(h, h, block.attention, heads), block.scale1));
    const f = norm(x, block.norm2, epsilon);
    x = add(x, scaled(project(gelu(project(f, block.expand)), block.contract), block.scale2));
  }
  const tokens = norm(x, weights.norm, epsilon);
  return registers === undefined ? tokens : dropRegisters(tokens, registers);
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

function insertRegisters(tokens: Tensor, registers: Tensor): Tensor {
  const [, count] = tokens.shape;
  return concat([slice(tokens, 1, 0, 1), registers, slice(tokens, 1, 1, count)], 1);
}

function dropRegisters(tokens: Tensor, registers: Tensor): Tensor {
  const [, count] = tokens.shape;
  const patches = slice(tokens, 1, 1 + registers.shape[1], count);
  return concat([slice(tokens, 1, 0, 1), patches], 1);
}

function scaled(x: Tensor, scale: Tensor | undefined): Tensor {
  return scale === undefined ? x : mul(scale, x);
}
