/**
 * What is known of a scalar field on a cubic lattice without evaluating it.
 *
 * Lattice point (i, j, k) of `resolution` points per axis; boxes are (N, 6) rows of the first and
 * last lattice index per axis, both included: i0 j0 k0 i1 j1 k1.
 */
export interface BlockBounds {
  readonly resolution: number;
  /**
   * Per axis, the lattice indices at which a new smooth piece of the field begins, ascending from
   * 0. Boxes within one piece have the tightest bounds; any partition is correct.
   */
  readonly pieces: readonly [Int32Array, Int32Array, Int32Array];
  /**
   * (N, 2 * TERMS): for each box a lower and an upper function that enclose the field's values at
   * the box's lattice points. A function is the coefficients of 1, u, v, w, uv, uw, wv, where u, v
   * and w run linearly from -1 at the first to 1 at the last index of the first, second and third
   * axis, and are 0 on an axis of one point. A field without bounds gives -Infinity and Infinity.
   */
  bound(boxes: Int32Array): Promise<Float64Array>;
}

/** A scalar field on a cubic lattice, as sparse extraction sees it. */
export interface BlockField extends BlockBounds {
  /** Points from which on it is worth to call `evaluate`; some thousand by default. */
  readonly batchPoints?: number;
  /** The values at the batch's points, bitwise the same for a point in whatever batch it is. */
  evaluate(batch: PointBatch): Promise<Float32Array>;
}

/** Coefficients of 1, u, v, w, uv, uw, wv. */
export const TERMS = 7;

/** Lattice points, grouped by the box they lie in. */
export interface PointBatch {
  /** (N, 6). */
  readonly boxes: Int32Array;
  /** (N + 1): the points of box n are `points[offsets[n]]` up to `points[offsets[n + 1]]`. */
  readonly offsets: Uint32Array;
  /** Index within the box, third axis fastest. */
  readonly points: Uint16Array;
}
