/**
 * Finds the sides of lattice points from proven bounds, from large boxes to single points.
 *
 * A box is outside when its upper function stays at or below the level, inside when its lower
 * function stays above. The functions are linear in each coordinate, so over a box they are largest
 * and smallest at corners. What the functions of a box decide for a child box or a point is taken
 * without a bound of its own; only undecided points are left to be evaluated.
 */
import { type BlockField, TERMS } from "../core/block-field.ts";
import { type BrickGrid, INSIDE } from "./bricks.ts";
import { OUTSIDE } from "./interpolate.ts";
import type { AxisLevels } from "./partition.ts";

/** Boxes bounded per call: some 10 ms of work. */
const BATCH = 128;

/** Lattice indices i0 j0 k0 i1 j1 k1, both included. */
type Box = readonly [number, number, number, number, number, number];

/**
 * Writes every side that the field's bounds decide into `grid`; bricks with undecided points are
 * stored, those points NaN. `step` is awaited between batches with the share done.
 *
 * @returns the number of boxes bounded.
 */
export async function proveSides(
  field: BlockField,
  level: number,
  axes: readonly AxisLevels[],
  grid: BrickGrid,
  step: (fraction: number) => Promise<void>,
): Promise<number> {
  const depth = axes[0].levels.length;
  let boxes = allBoxes(axes, depth - 1);
  let bounded = 0;
  for (let tier = depth - 1; tier >= 0; tier--) {
    const undecided: number[] = [];
    for (let first = 0; first < boxes.length; first += 3 * BATCH) {
      const batch = boxes.slice(first, first + 3 * BATCH);
      const rows = batch.length / 3;
      const extents = Array.from({ length: rows }, (_, n) => boxExtent(axes, tier, batch, n));
      const functions = await field.bound(Int32Array.from(extents.flat()));
      for (let n = 0; n < rows; n++) {
        const enclosure = new Enclosure(functions, n, extents[n], level);
        const [a, b, c] = [batch[3 * n], batch[3 * n + 1], batch[3 * n + 2]];
        if (tier === 0) decidePoints(enclosure, grid, grid.brickAt(a + 1, b + 1, c + 1));
        else decideChildren(enclosure, axes, tier, [a, b, c], grid, undecided);
      }
      bounded += rows;
      await step((depth - 1 - tier + first / boxes.length) / depth);
    }
    boxes = undecided;
  }
  return bounded;
}

/** Interval indices of every box of a tier, three per box, x slowest. */
function allBoxes(axes: readonly AxisLevels[], tier: number): number[] {
  const [nx, ny, nz] = axes.map(({ levels }) => levels[tier].length - 1);
  const boxes: number[] = [];
  for (let a = 0; a < nx; a++) {
    for (let b = 0; b < ny; b++) for (let c = 0; c < nz; c++) boxes.push(a, b, c);
  }
  return boxes;
}

function boxExtent(
  axes: readonly AxisLevels[],
  tier: number,
  boxes: readonly number[],
  n: number,
): Box {
  const [x, y, z] = axes.map(({ levels }) => levels[tier]);
  const [a, b, c] = [boxes[3 * n], boxes[3 * n + 1], boxes[3 * n + 2]];
  return [x[a], y[b], z[c], x[a + 1] - 1, y[b + 1] - 1, z[c + 1] - 1];
}

/** Settles the children that the functions decide and adds the others to `undecided`. */
function decideChildren(
  enclosure: Enclosure,
  axes: readonly AxisLevels[],
  tier: number,
  box: readonly [number, number, number],
  grid: BrickGrid,
  undecided: number[],
): void {
  const [x, y, z] = axes.map(({ children }, axis) => {
    const first = children[tier - 1][box[axis]];
    return Array.from(
      { length: children[tier - 1][box[axis] + 1] - first },
      (_, child) => first + child,
    );
  });
  for (const a of x) {
    for (const b of y) {
      for (const c of z) {
        const side = enclosure.sideOf(boxExtent(axes, tier - 1, [a, b, c], 0));
        if (Number.isNaN(side)) undecided.push(a, b, c);
        else if (side === INSIDE) fillInside(axes, tier - 1, [a, b, c], grid);
      }
    }
  }
}

function fillInside(
  axes: readonly AxisLevels[],
  tier: number,
  box: readonly [number, number, number],
  grid: BrickGrid,
): void {
  const [x, y, z] = axes.map((axis, i) => brickRange(axis, tier, box[i]));
  for (let a = x[0]; a < x[1]; a++) {
    for (let b = y[0]; b < y[1]; b++) {
      for (let c = z[0]; c < z[1]; c++) grid.setInside(grid.brickAt(a + 1, b + 1, c + 1));
    }
  }
}

/** Finest intervals, first and end, of one interval of a tier. */
function brickRange({ children }: AxisLevels, tier: number, interval: number): [number, number] {
  let [first, end] = [interval, interval + 1];
  for (let t = tier - 1; t >= 0; t--) {
    first = children[t][first];
    end = children[t][end];
  }
  return [first, end];
}

/** Stores a brick with the side of each point, unless one side holds throughout. */
function decidePoints(enclosure: Enclosure, grid: BrickGrid, brick: number): void {
  const [i0, j0, k0, ni, nj, nk] = grid.extent(brick);
  const side = enclosure.sideOf([i0, j0, k0, i0 + ni - 1, j0 + nj - 1, k0 + nk - 1]);
  if (side === INSIDE) grid.setInside(brick);
  if (!Number.isNaN(side)) return;
  let at = grid.offsets[grid.store(brick)];
  for (let i = i0; i < i0 + ni; i++) {
    for (let j = j0; j < j0 + nj; j++) {
      for (let k = k0; k < k0 + nk; k++) {
        grid.values[at++] = enclosure.sideOf([i, j, k, i, j, k]);
      }
    }
  }
}

/** The two functions of a box. */
class Enclosure {
  readonly #functions: Float64Array;
  readonly #at: number;
  readonly #box: Box;
  readonly #level: number;

  constructor(functions: Float64Array, n: number, box: Box, level: number) {
    this.#functions = functions;
    this.#at = n * 2 * TERMS;
    this.#box = box;
    this.#level = level;
  }

  /**
   * INSIDE or OUTSIDE when that is proven for every point of `part`, else NaN. Evaluation rounds to
   * single precision, so a bound is compared after the same rounding, which keeps order.
   */
  sideOf(part: Box): number {
    const [u0, u1] = this.#coordinates(part, 0);
    const [v0, v1] = this.#coordinates(part, 1);
    const [w0, w1] = this.#coordinates(part, 2);
    let low = Infinity;
    let high = -Infinity;
    for (let corner = 0; corner < 8; corner++) {
      const u = corner & 1 ? u1 : u0;
      const v = corner & 2 ? v1 : v0;
      const w = corner & 4 ? w1 : w0;
      low = Math.min(low, this.#evaluate(this.#at, u, v, w));
      high = Math.max(high, this.#evaluate(this.#at + TERMS, u, v, w));
    }
    if (Math.fround(high) <= this.#level) return OUTSIDE;
    return Math.fround(low) > this.#level ? INSIDE : Number.NaN;
  }

  #coordinates(part: Box, axis: number): readonly [number, number] {
    const first = this.#box[axis];
    const length = this.#box[axis + 3] - first;
    if (length === 0) return [0, 0];
    return [(2 * (part[axis] - first)) / length - 1, (2 * (part[axis + 3] - first)) / length - 1];
  }

  #evaluate(at: number, u: number, v: number, w: number): number {
    const f = this.#functions;
    return (
      f[at] +
      f[at + 1] * u +
      f[at + 2] * v +
      f[at + 3] * w +
      f[at + 4] * u * v +
      f[at + 5] * u * w +
      f[at + 6] * v * w
    );
  }
}
