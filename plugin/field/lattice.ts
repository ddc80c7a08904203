/**
 * The density of a folded field on a lattice: `resolution` points per axis over [-1, 1].
 *
 * On a lattice each plane's samples depend on two indices only, so within a box they are tabulated
 * on first use and a point's first layer is bias + xy + xz + zy, added in this order. A value is
 * the same arithmetic wherever it is evaluated: equal points are bitwise equal in every batch.
 */
import type { BlockBounds, BlockField, PointBatch } from "../core/block-field.ts";
import type { FoldedField } from "../core/field.ts";
import {
  boundBoxes,
  DOUBLE_PRECISION,
  type FieldBounds,
  prepareBounds,
  SINGLE_PRECISION,
} from "./bound.ts";
import { type LatticeTexels, latticePieces, latticeTexels } from "./lattice-texels.ts";
import { Mlp } from "./mlp.ts";
import { samplePlane } from "./sample.ts";

/** Points that go through the network together. */
const BATCH = 64;

export function createLatticeField(field: FoldedField, resolution: number): BlockField {
  const density = new DensityLattice(field, latticeTexels(field, resolution));
  return {
    ...createBlockBounds(field, resolution, DOUBLE_PRECISION),
    evaluate: async (batch) => density.evaluate(batch),
  };
}

/** Bounds for whoever evaluates with the unit roundoff `roundoff`. */
export function createBlockBounds(
  field: FoldedField,
  resolution: number,
  roundoff: number = SINGLE_PRECISION,
): BlockBounds {
  const texels = latticeTexels(field, resolution);
  let bounds: FieldBounds | undefined;
  return {
    resolution,
    pieces: latticePieces(texels),
    bound: async (boxes) => {
      bounds ??= prepareBounds(field, roundoff);
      return boundBoxes(bounds, texels, boxes);
    },
  };
}

/** Evaluates batches of lattice points box by box. */
class DensityLattice {
  readonly #field: FoldedField;
  readonly #texels: LatticeTexels;
  readonly #mlp: Mlp;
  readonly #tables: readonly [PlaneTable, PlaneTable, PlaneTable];

  constructor(field: FoldedField, texels: LatticeTexels) {
    this.#field = field;
    this.#texels = texels;
    this.#mlp = new Mlp(field, 1, BATCH);
    this.#tables = [new PlaneTable(field, 0), new PlaneTable(field, 1), new PlaneTable(field, 2)];
  }

  evaluate({ boxes, offsets, points }: PointBatch): Float32Array {
    const values = new Float32Array(points.length);
    for (let n = 0; n + 1 < offsets.length; n++) {
      this.#enterBox(boxes, n);
      const sizeY = boxes[6 * n + 4] - boxes[6 * n + 1] + 1;
      const sizeZ = boxes[6 * n + 5] - boxes[6 * n + 2] + 1;
      for (let first = offsets[n]; first < offsets[n + 1]; first += BATCH) {
        const last = Math.min(first + BATCH, offsets[n + 1]);
        for (let p = first; p < last; p++) this.#gather(points[p], sizeY, sizeZ, p - first);
        const output = this.#mlp.run(last - first);
        for (let p = first; p < last; p++) values[p] = output[(p - first) * this.#mlp.stride];
      }
    }
    return values;
  }

  #enterBox(boxes: Int32Array, n: number): void {
    const { columns, rows } = this.#texels;
    const [i0, j0, k0, i1, j1, k1] = boxes.subarray(6 * n, 6 * n + 6);
    const x = columns.subarray(i0, i1 + 1);
    const y = rows.subarray(j0, j1 + 1);
    this.#tables[0].reset(x, y);
    this.#tables[1].reset(x, rows.subarray(k0, k1 + 1));
    this.#tables[2].reset(columns.subarray(k0, k1 + 1), y);
  }

  /** Writes the first layer's output of a point into slot `n` of the network's batch. */
  #gather(point: number, sizeY: number, sizeZ: number, n: number): void {
    const k = point % sizeZ;
    const j = ((point - k) / sizeZ) % sizeY;
    const i = Math.floor(point / (sizeZ * sizeY));
    const [tableXy, tableXz, tableZy] = this.#tables;
    const xy = tableXy.offset(i, j);
    const xz = tableXz.offset(i, k);
    const zy = tableZy.offset(k, j);
    const { hidden, firstBias } = this.#field;
    const target = n * this.#mlp.columns;
    const input = this.#mlp.input;
    const samplesXy = tableXy.samples;
    const samplesXz = tableXz.samples;
    const samplesZy = tableZy.samples;
    for (let c = 0; c < hidden; c++) {
      input[target + c] = firstBias[c] + samplesXy[xy + c] + samplesXz[xz + c] + samplesZy[zy + c];
    }
  }
}

/** One plane's samples over a box's projection, each read when it is first needed. */
class PlaneTable {
  samples = new Float64Array(0);
  readonly #field: FoldedField;
  readonly #plane: number;
  #columns: Float64Array = new Float64Array(0);
  #rows: Float64Array = new Float64Array(0);
  #known = new Uint8Array(0);

  constructor(field: FoldedField, plane: number) {
    this.#field = field;
    this.#plane = plane;
  }

  reset(columns: Float64Array, rows: Float64Array): void {
    this.#columns = columns;
    this.#rows = rows;
    const entries = columns.length * rows.length;
    if (entries > this.#known.length) {
      this.#known = new Uint8Array(entries);
      this.samples = new Float64Array(entries * this.#field.hidden);
    }
    this.#known.fill(0);
  }

  /** Where the sample at (column, row) of the box begins in `samples`. */
  offset(column: number, row: number): number {
    const entry = column * this.#rows.length + row;
    const offset = entry * this.#field.hidden;
    if (this.#known[entry] === 0) {
      this.#known[entry] = 1;
      const at: [number, number] = [this.#columns[column], this.#rows[row]];
      samplePlane(this.#field, this.#plane, ...at, this.samples, offset);
    }
    return offset;
  }
}
