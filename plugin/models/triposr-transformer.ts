/**
 * The image-to-triplane transformer of TripoSR (Tochilkin et al., "TripoSR: Fast 3D Object
 * Reconstruction from a Single Image"): learned triplane tokens attend to each other and to the
 * picture's tokens, without a camera, and are added to what they were before.
 *
 * D = width, L = plane side in tokens, N = 3*L*L tokens (plane, row, column), T = image tokens,
 * E = their width, C = channels of a plane.
 */
import type { Affine } from "../graph/layers.ts";
import { geglu, groupNorm, norm, project } from "../graph/layers.ts";
import { add } from "../graph/ops/add.ts";
import { concat } from "../graph/ops/concat.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import { transpose } from "../graph/ops/transpose.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type AttentionWeights, multiHeadAttention } from "./attention.ts";
import { upsamplePlanes } from "./plane-upsampling.ts";

export interface TripoSrWeights {
  /** (3, D, L, L) */
  readonly tokens: Tensor;
  readonly backbone: BackboneWeights;
  /** Weight (D, C, 2, 2). */
  readonly upsample: Affine;
}

export interface BackboneWeights {
  /** Scale and bias (D) of the group norm. */
  readonly norm: Affine;
  /** Weights (D, D). */
  readonly projectIn: Affine;
  readonly blocks: readonly BackboneBlock[];
  readonly projectOut: Affine;
}

export interface BackboneBlock {
  readonly norm1: Affine;
  readonly selfAttention: AttentionWeights;
  readonly norm2: Affine;
  readonly crossAttention: AttentionWeights;
  readonly norm3: Affine;
  /** Weight (8D, D): values, then gates. */
  readonly expand: Affine;
  /** Weight (D, 4D). */
  readonly contract: Affine;
}

export interface BackboneSettings {
  readonly heads: number;
  readonly epsilon: number;
  readonly groups: number;
  readonly groupEpsilon: number;
}

/**
 * Image tokens (1, T, E) to planes (1, 3, C, 2L, 2L). TripoSR samples its third plane at (y,z); it
 * is transposed here, so that the planes are (x,y), (x,z) and (z,y) as in the other families.
 */
export function tripoSrPlanes(
  imageTokens: Tensor,
  { tokens, backbone, upsample }: TripoSrWeights,
  settings: BackboneSettings,
): Tensor {
  const [, width, side] = tokens.shape;
  const flat = reshape(transpose(tokens, [1, 0, 2, 3]), [1, width, 3 * side * side]);
  const refined = tripoSrBackbone(flat, imageTokens, backbone, settings); // (1, D, N)
  const planes = transpose(reshape(refined, [width, 3, side, side]), [1, 0, 2, 3]);
  return transposeThirdPlane(upsamplePlanes(planes, upsample));
}

/** Tokens (1, D, N) and image tokens (1, T, E): (1, D, N). */
export function tripoSrBackbone(
  tokens: Tensor,
  imageTokens: Tensor,
  weights: BackboneWeights,
  { heads, epsilon, groups, groupEpsilon }: BackboneSettings,
): Tensor {
  const normalised = groupNorm(tokens, weights.norm, groups, groupEpsilon);
  let x = project(transpose(normalised, [0, 2, 1]), weights.projectIn); // (1, N, D)
  for (const block of weights.blocks) {
    const h = norm(x, block.norm1, epsilon);
    x = add(x, multiHeadAttention(h, h, block.selfAttention, heads));
    const q = norm(x, block.norm2, epsilon);
    x = add(x, multiHeadAttention(q, imageTokens, block.crossAttention, heads));
    const f = norm(x, block.norm3, epsilon);
    x = add(x, project(geglu(f, block.expand), block.contract));
  }
  return add(transpose(project(x, weights.projectOut), [0, 2, 1]), tokens);
}

/** (1, 3, C, H, W) with H = W: the same but for rows and columns of the third plane. */
function transposeThirdPlane(planes: Tensor): Tensor {
  const third = transpose(slice(planes, 1, 2, 3), [0, 1, 2, 4, 3]);
  return concat([slice(planes, 1, 0, 2), third], 1);
}
