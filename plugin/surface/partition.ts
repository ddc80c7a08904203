/**
 * How the lattice is divided: bricks, and ever larger boxes of bricks for the proof.
 *
 * Each axis is cut into intervals at the field's pieces. Long ones are halved, short ones merged in
 * pairs, until the finest intervals have at most BRICK points: a product of three is a brick. Pairs
 * of intervals make the coarser levels.
 */

/**
 * Most lattice points along a brick's edge. A bound costs about ten points; with 4, sub-texel bricks
 * of the embedded model at 256^3 took 46% more bounds and a third of the points, in equal time.
 */
export const BRICK = 6;

/** Intervals are merged up to this many points: a merged brick has looser bounds. */
const MERGED = 4;

/** Boxes per axis at the coarsest level, at most: larger boxes are hardly ever decided. */
const COARSEST = 16;

/** One axis, finest level first. */
export interface AxisLevels {
  /** Per level, the first lattice index of each interval, then the end of the last. */
  readonly levels: readonly Int32Array[];
  /** Per level above the finest, the first interval of the level below, then the end. */
  readonly children: readonly Int32Array[];
}

/** Axes divided with the same number of levels. */
export function divideLattice(
  resolution: number,
  pieces: readonly Int32Array[],
): readonly AxisLevels[] {
  const axes = pieces.map((starts) => [...starts, resolution]);
  const refined = axes.map((bounds) => refine(bounds));
  const coarsened = refined.map((levels) => coarsen(levels));
  const depth = Math.max(...coarsened.map((levels) => levels.length));
  return coarsened.map((levels) => axisLevels(levels, depth));
}

/** Levels of one axis from its pieces down to bricks, finest first. */
function refine(pieces: number[]): number[][] {
  const levels = [pieces];
  while (longest(levels[0]) > BRICK) {
    levels.unshift(halve(levels[0]));
  }
  return levels;
}

function halve(bounds: readonly number[]): number[] {
  const halves = bounds.slice(0, -1).flatMap((start, i) => {
    const middle = Math.ceil((start + bounds[i + 1]) / 2);
    return middle < bounds[i + 1] ? [start, middle] : [start];
  });
  return [...halves, bounds[bounds.length - 1]];
}

/** Replaces finest levels of tiny intervals by merged ones, and adds levels of merged pairs. */
function coarsen(levels: readonly number[][]): number[][] {
  const result = [...levels];
  while (result.length === 1 && longest(mergePairs(result[0])) <= MERGED && result[0].length > 2) {
    result[0] = mergePairs(result[0]);
  }
  while (result[result.length - 1].length - 1 > COARSEST) {
    result.push(mergePairs(result[result.length - 1]));
  }
  return result;
}

function mergePairs(bounds: readonly number[]): number[] {
  return bounds.filter((_, i) => i % 2 === 0 || i === bounds.length - 1);
}

function longest(bounds: readonly number[]): number {
  return bounds.slice(1).reduce((length, end, i) => Math.max(length, end - bounds[i]), 0);
}

/** An axis with fewer levels than another repeats its coarsest. */
function axisLevels(bounds: readonly number[][], depth: number): AxisLevels {
  const levels = Array.from({ length: depth }, (_, level) =>
    Int32Array.from(bounds[Math.min(level, bounds.length - 1)]),
  );
  const children = levels.slice(1).map((coarse, i) => {
    const fine = levels[i];
    return coarse.map((start) => fine.indexOf(start));
  });
  return { levels, children };
}
