/**
 * Position embeddings for a picture whose patch grid is not the one the encoder was trained on:
 * bicubic resampling (a = -0.75, no antialiasing) written as a product with a constant matrix along
 * each axis, which is exact and differentiable.
 */
import { concat } from "../graph/ops/concat.ts";
import { constant } from "../graph/ops/constant.ts";
import { matmul } from "../graph/ops/matmul.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import type { Tensor } from "../graph/tensor.ts";

/**
 * How target index d maps to the native grid of G, for a target grid of g:
 * `offset0.1`: (d + 0.5) G / (g + 0.1) - 0.5, of the transformers library before version 4.45, with
 * which VFusion3D was trained; `size`: (d + 0.5) G / g - 0.5, of later versions. The two differ
 * visibly, so a checkpoint needs the one it was trained with.
 */
export type PositionForm = "offset0.1" | "size";

/** The table (1, 1 + G*G, E) for `grid` x `grid` patches: (1, 1 + grid*grid, E). */
export function fitPositions(table: Tensor, grid: number, form: PositionForm): Tensor {
  const [, entries, width] = table.shape;
  const native = Math.sqrt(entries - 1);
  if (native === grid) return table;

  const classPosition = slice(table, 1, 0, 1); // (1, 1, E)
  const patchPositions = slice(table, 1, 1, entries); // (1, G*G, E)
  const matrix = constant([grid, native], resamplingMatrix(native, grid, form));
  const rows = matmul(matrix, reshape(patchPositions, [native, native * width])); // (g, G*E)
  const resized = matmul(matrix, reshape(rows, [grid, native, width])); // (g, g, E)
  return concat([classPosition, reshape(resized, [1, grid * grid, width])], 1);
}

/** (to, from) row-major: row d holds the weights of the source entries for target entry d. */
export function resamplingMatrix(from: number, to: number, form: PositionForm): Float32Array {
  const scale = from / (form === "size" ? to : to + 0.1);
  const matrix = new Float32Array(to * from);
  for (let d = 0; d < to; d++) {
    const centre = (d + 0.5) * scale - 0.5;
    const left = Math.floor(centre);
    for (let tap = -1; tap <= 2; tap++) {
      const source = Math.min(Math.max(left + tap, 0), from - 1);
      matrix[d * from + source] += cubic(Math.abs(centre - (left + tap)));
    }
  }
  return matrix;
}

/** Keys' cubic convolution kernel with a = -0.75, for 0 <= distance <= 2. */
function cubic(distance: number): number {
  const a = -0.75;
  return distance <= 1
    ? ((a + 2) * distance - (a + 3)) * distance * distance + 1
    : ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
}
