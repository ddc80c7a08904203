/** Where the surface cuts a lattice edge. */

/** The value beyond the lattice, and of points that are proven outside without evaluation. */
export const OUTSIDE: number = Number.NEGATIVE_INFINITY;

/**
 * Position of `level` between the values at an edge's lower and upper end, 0..1, from single
 * precision values in double precision. An end beyond the lattice puts the vertex on the other end.
 */
export function cutFraction(lower: number, upper: number, level: number): number {
  if (lower === OUTSIDE) return 1;
  const fraction = (level - lower) / (upper - lower);
  return Math.min(Math.max(fraction, 0), 1);
}

/** Maps a lattice index, fractions included, to an output coordinate. */
export type Placement = (index: number) => number;
