import type { Affine } from "../graph/layers.ts";
import { convTranspose } from "../graph/ops/conv-transpose.ts";
import { reshape } from "../graph/ops/reshape.ts";
import type { Tensor } from "../graph/tensor.ts";

/** Three planes of tokens (3, D, L, L) to feature planes (1, 3, C, 2L, 2L); weight (D, C, 2, 2). */
export function upsamplePlanes(planes: Tensor, { weight, bias }: Affine): Tensor {
  const upsampled = convTranspose(planes, weight, bias, 2); // (3, C, 2L, 2L)
  return reshape(upsampled, [1, ...upsampled.shape]);
}
