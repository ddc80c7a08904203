/**
 * Position embeddings for a picture whose patch grid is not the one the encoder was trained on:
 * bicubic resampling written as a product with a constant matrix along each axis, which is exact and
 * differentiable.
 */
import { concat } from "../graph/ops/concat.ts";
import { constant } from "../graph/ops/constant.ts";
import { matmul } from "../graph/ops/matmul.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import type { Tensor } from "../graph/tensor.ts";

/**
 * How target index d maps to the native grid of G, for a target grid of g. The forms differ visibly,
 * so a checkpoint needs the one it was trained with.
 *
 * - `offset0.1`: (d + 0.5) G / (g + 0.1) - 0.5, without antialiasing, of the transformers library
 *   before version 4.45, with which VFusion3D and TripoSR were trained.
 * - `size`: (d + 0.5) G / g - 0.5, without antialiasing, of later versions.
 * - `antialias`: (d + 0.5) G / g - 0.5, the kernel stretched when the grid shrinks, of DINOv2 with
 *   registers, with which OpenLRM was trained.
 */
export type PositionForm = "offset0.1" | "size" | "antialias";

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
  if (form === "antialias") return antialiasingMatrix(from, to);
  const scale = from / (form === "size" ? to : to + 0.1);
  const matrix = new Float32Array(to * from);
  for (let d = 0; d < to; d++) {
    const centre = (d + 0.5) * scale - 0.5;
    const left = Math.floor(centre);
    for (let tap = -1; tap <= 2; tap++) {
      const source = Math.min(Math.max(left + tap, 0), from - 1);
      matrix[d * from + source] += cubic(Math.abs(centre - (left + tap)), -0.75);
    }
  }
  return matrix;
}

/** Beyond the edges there is nothing: the weights of the entries that exist are made to sum to 1. */
function antialiasingMatrix(from: number, to: number): Float32Array {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const matrix = new Float32Array(to * from);
  for (let d = 0; d < to; d++) {
    const centre = (d + 0.5) * scale - 0.5;
    const weights = Array.from({ length: from }, (_, source) =>
      cubic(Math.abs(source - centre) / stretch, -0.5),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    matrix.set(
      weights.map((weight) => weight / total),
      d * from,
    );
  }
  return matrix;
}

/** Keys' cubic convolution kernel. */
function cubic(distance: number, a: number): number {
  if (distance >= 2) return 0;
  return distance <= 1
    ? ((a + 2) * distance - (a + 3)) * distance * distance + 1
    : ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
}
