/**
 * What is known of each lattice point, stored only where something other than "outside" or
 * "inside" throughout is known.
 *
 * A value is finite when evaluated, -Infinity or Infinity when only its side is proven, and NaN
 * when nothing is known. A layer of bricks one point thick surrounds the lattice; it is outside.
 */
import { OUTSIDE } from "./interpolate.ts";
import type { AxisLevels } from "./partition.ts";

export const INSIDE: number = Number.POSITIVE_INFINITY;

/** Entries of the map for bricks without storage. */
const ALL_OUTSIDE = -1;
const ALL_INSIDE = -2;

export class BrickGrid {
  /** Bricks per axis, surrounding layer included. */
  readonly counts: readonly [number, number, number];
  /** Per axis, the first lattice index of each brick, from -1, then the end of the last. */
  readonly starts: readonly [Int32Array, Int32Array, Int32Array];
  /** Stored bricks in order of storage. */
  readonly stored: number[] = [];
  values: Float32Array = new Float32Array(1 << 16);
  /** Per stored brick, where its points begin in `values`, then the end. */
  readonly offsets: number[] = [0];
  readonly #map: Int32Array;

  constructor(resolution: number, axes: readonly AxisLevels[]) {
    const [x, y, z] = axes.map(({ levels: [finest] }) =>
      Int32Array.from([-1, ...finest, resolution + 1]),
    );
    this.starts = [x, y, z];
    this.counts = [x.length - 1, y.length - 1, z.length - 1];
    this.#map = new Int32Array(this.counts[0] * this.counts[1] * this.counts[2]).fill(ALL_OUTSIDE);
  }

  get size(): number {
    return this.#map.length;
  }

  /** Number of the brick at brick coordinates; x slowest. */
  brickAt(x: number, y: number, z: number): number {
    return (x * this.counts[1] + y) * this.counts[2] + z;
  }

  coordinates(brick: number): [number, number, number] {
    const z = brick % this.counts[2];
    const y = ((brick - z) / this.counts[2]) % this.counts[1];
    return [Math.floor(brick / (this.counts[1] * this.counts[2])), y, z];
  }

  /** First lattice index and points per axis: i, j, k, ni, nj, nk. */
  extent(brick: number): readonly [number, number, number, number, number, number] {
    const [x, y, z] = this.coordinates(brick);
    const [startsX, startsY, startsZ] = this.starts;
    const [i, j, k] = [startsX[x], startsY[y], startsZ[z]];
    return [i, j, k, startsX[x + 1] - i, startsY[y + 1] - j, startsZ[z + 1] - k];
  }

  inLattice(brick: number): boolean {
    return this.coordinates(brick).every((c, axis) => c > 0 && c < this.counts[axis] - 1);
  }

  /** Marks a brick inside throughout; bricks are outside until told otherwise. */
  setInside(brick: number): void {
    this.#map[brick] = ALL_INSIDE;
  }

  /** Storage slot of a brick, or the value all its points have. */
  lookUp(brick: number): { slot: number } | { value: number } {
    const entry = this.#map[brick];
    return entry >= 0 ? { slot: entry } : { value: uniformValue(entry) };
  }

  /** True for two bricks without storage on different sides. */
  areOpposite(a: number, b: number): boolean {
    const [x, y] = [this.#map[a], this.#map[b]];
    return x !== y && x < 0 && y < 0;
  }

  /** Slot of the brick, which is stored now if it was not. */
  store(brick: number): number {
    const entry = this.#map[brick];
    if (entry >= 0) return entry;
    const [, , , ni, nj, nk] = this.extent(brick);
    const slot = this.stored.length;
    const offset = this.offsets[slot];
    const end = offset + ni * nj * nk;
    if (end > this.values.length) this.#grow(end);
    this.values.fill(uniformValue(entry), offset, end);
    this.stored.push(brick);
    this.offsets.push(end);
    this.#map[brick] = slot;
    return slot;
  }

  #grow(end: number): void {
    const values = new Float32Array(Math.max(end, 2 * this.values.length));
    values.set(this.values);
    this.values = values;
  }
}

function uniformValue(entry: number): number {
  return entry === ALL_INSIDE ? INSIDE : OUTSIDE;
}
