/** Evaluates stored points in batches and writes the values back. */
import type { BlockField } from "../core/block-field.ts";
import type { BrickGrid } from "./bricks.ts";
import { notFinite } from "./marching-cubes.ts";

/** Points evaluated per call unless the field says: some 20 ms in the reference kernels. */
const DEFAULT_BATCH = 4096;

export class PointEvaluator {
  evaluated = 0;
  /** Points that turned out on the other side than was proven. */
  missed = 0;
  readonly #field: BlockField;
  readonly #level: number;
  readonly #grid: BrickGrid;
  readonly #step: (fraction: number) => Promise<void>;
  readonly #batch: number;
  #boxes: number[] = [];
  #offsets: number[] = [];
  #points: number[] = [];
  /** Where the points are stored. */
  #storage: number[] = [];

  constructor(
    field: BlockField,
    level: number,
    grid: BrickGrid,
    step: (fraction: number) => Promise<void>,
  ) {
    this.#field = field;
    this.#level = level;
    this.#grid = grid;
    this.#step = step;
    this.#batch = field.batchPoints ?? DEFAULT_BATCH;
  }

  /** Evaluates every stored point of which nothing is known. */
  async evaluateUnknown(): Promise<void> {
    const { stored, offsets, values } = this.#grid;
    for (let slot = 0; slot < stored.length; slot++) {
      const unknown: number[] = [];
      for (let at = offsets[slot]; at < offsets[slot + 1]; at++) {
        if (Number.isNaN(values[at])) unknown.push(at);
      }
      await this.#add(slot, unknown, slot / stored.length);
    }
    await this.#flush(1);
  }

  /** Evaluates points given by where they are stored, ascending. */
  async evaluate(storage: Float64Array): Promise<void> {
    const { offsets } = this.#grid;
    for (let first = 0, slot = 0; first < storage.length; slot++) {
      let last = first;
      while (last < storage.length && storage[last] < offsets[slot + 1]) last++;
      await this.#add(slot, storage.subarray(first, last), 1);
      first = last;
    }
    await this.#flush(1);
  }

  async #add(slot: number, storage: ArrayLike<number>, fraction: number): Promise<void> {
    if (storage.length === 0) return;
    const [i, j, k, ni, nj, nk] = this.#grid.extent(this.#grid.stored[slot]);
    this.#boxes.push(i, j, k, i + ni - 1, j + nj - 1, k + nk - 1);
    this.#offsets.push(this.#points.length);
    for (let n = 0; n < storage.length; n++) {
      this.#storage.push(storage[n]);
      this.#points.push(storage[n] - this.#grid.offsets[slot]);
    }
    if (this.#points.length >= this.#batch) await this.#flush(fraction);
  }

  async #flush(fraction: number): Promise<void> {
    const values = await this.#field.evaluate({
      boxes: Int32Array.from(this.#boxes),
      offsets: Uint32Array.from([...this.#offsets, this.#points.length]),
      points: Uint16Array.from(this.#points),
    });
    this.#requireFinite(values);
    for (let n = 0; n < values.length; n++) {
      const before = this.#grid.values[this.#storage[n]];
      const wasProven = !Number.isNaN(before);
      if (wasProven && before > this.#level !== values[n] > this.#level) this.missed++;
      this.#grid.values[this.#storage[n]] = values[n];
    }
    this.evaluated += values.length;
    this.#boxes = [];
    this.#offsets = [];
    this.#points = [];
    this.#storage = [];
    await this.#step(fraction);
  }

  #requireFinite(values: Float32Array): void {
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return;
    const box = this.#offsets.findLastIndex((offset) => offset <= bad);
    const [i, j, k, , j1, k1] = this.#boxes.slice(6 * box, 6 * box + 6);
    const point = this.#points[bad];
    const nk = k1 - k + 1;
    const row = Math.floor(point / nk);
    const nj = j1 - j + 1;
    throw notFinite(values[bad], [i + Math.floor(row / nj), j + (row % nj), k + (point % nk)]);
  }
}
