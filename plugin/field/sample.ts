/**
 * Bilinear reads of folded planes, zeros outside (the grid-sample rule with `align_corners` off).
 *
 * Planes are 0: (column x, row y), 1: (column x, row z), 2: (column z, row y). Their ring of zeros
 * shifts texel centres by one: centre t of the triplane is at padded coordinate t + 1, and points
 * of the box [-1, 1] lie in [0.5, size + 0.5].
 */
import type { FoldedField } from "../core/field.ts";

/** Padded texel coordinate of `g` in [-1, 1] on an axis of `size` texels. */
export function texelCoordinate(g: number, size: number): number {
  return ((g + 1) * size - 1) / 2 + 1;
}

/**
 * Reads the `hidden` channels of `plane` at padded coordinates into `target[offset...]`. Always the
 * same arithmetic, so equal coordinates give bitwise equal samples.
 */
export function samplePlane(
  field: FoldedField,
  plane: number,
  column: number,
  row: number,
  target: Float64Array,
  offset: number,
): void {
  const { hidden, height, width, planes } = field;
  if (!(column > 0 && column < width + 1 && row > 0 && row < height + 1)) {
    target.fill(0, offset, offset + hidden);
    return;
  }
  const x = Math.floor(column);
  const y = Math.floor(row);
  const fx = column - x;
  const fy = row - y;
  const w00 = (1 - fx) * (1 - fy);
  const w01 = fx * (1 - fy);
  const w10 = (1 - fx) * fy;
  const w11 = fx * fy;
  const rowStride = (width + 2) * hidden;
  let at = ((plane * (height + 2) + y) * (width + 2) + x) * hidden;
  for (let c = offset; c < offset + hidden; c++, at++) {
    target[c] =
      w00 * planes[at] +
      w01 * planes[at + hidden] +
      w10 * planes[at + rowStride] +
      w11 * planes[at + rowStride + hidden];
  }
}
