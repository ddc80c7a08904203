/**
 * The decoder's layers after the first, for batches of points in double precision.
 *
 * Every output is one sum over its columns in ascending order, whatever the batch, so a point's
 * value does not depend on its neighbours. Rows are padded to a multiple of 4 and batches to a
 * multiple of 2 with zeros; the inner loop then keeps a 4 x 2 tile of sums in registers.
 */
import type { Activations, DenseLayer, FoldedField } from "../core/field.ts";
import { activate } from "./activation.ts";

const ROW_TILE = 4;
const BATCH_TILE = 2;

/** A layer with padded rows and columns. */
export interface PaddedLayer {
  readonly rows: number;
  readonly columns: number;
  /** (rows, columns). */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** `rows` rounded up so that no tile is partial. */
function padRows(rows: number): number {
  return Math.ceil(rows / ROW_TILE) * ROW_TILE;
}

export function padBatch(count: number): number {
  return Math.ceil(count / BATCH_TILE) * BATCH_TILE;
}

/** Activation and dense layer in turn, on buffers that are allocated once. */
export class Mlp {
  /** Row length of `input`. */
  readonly columns: number;
  /** Row length of the output. */
  readonly stride: number;
  /** (batch, columns): the first layer's output, set by the caller before `run`. */
  readonly input: Float64Array;
  readonly #activation: Activations["hidden"];
  readonly #layers: readonly PaddedLayer[];
  readonly #outputs: readonly Float64Array[];

  /** Of the last layer only the first `outputs` rows are computed. */
  constructor({ activations, layers }: FoldedField, outputs: number, batch: number) {
    const last = layers.length - 1;
    this.#activation = activations.hidden;
    this.#layers = layers.map((layer, i) => padLayer(layer, i === last ? outputs : layer.rows));
    this.#outputs = this.#layers.map(({ rows }) => new Float64Array(rows * padBatch(batch)));
    this.columns = this.#layers[0].columns;
    this.stride = this.#layers[last].rows;
    this.input = new Float64Array(this.columns * padBatch(batch));
  }

  /** (count, stride) values of the last layer, valid until the next run; overwrites `input`. */
  run(count: number): Float64Array {
    const batch = padBatch(count);
    let values = this.input;
    this.#layers.forEach((layer, i) => {
      activate(this.#activation, values, batch * layer.columns);
      multiply(layer, values, batch, this.#outputs[i]);
      values = this.#outputs[i];
    });
    return values;
  }
}

/** The first `rows` rows of a layer, padded with zeros. */
export function padLayer(layer: DenseLayer, rows: number = layer.rows): PaddedLayer {
  const columns = padRows(layer.columns);
  const weight = new Float64Array(padRows(rows) * columns);
  const bias = new Float64Array(padRows(rows));
  for (let row = 0; row < rows; row++) {
    const start = row * layer.columns;
    weight.set(layer.weight.subarray(start, start + layer.columns), row * columns);
    bias[row] = layer.bias[row];
  }
  return { rows: padRows(rows), columns, weight, bias };
}

/** `output` (batch, rows) = `input` (batch, columns) times the weights, plus the bias. */
export function multiply(
  { rows, columns, weight, bias }: PaddedLayer,
  input: Float64Array,
  batch: number,
  output: Float64Array,
): void {
  for (let n = 0; n < batch; n += BATCH_TILE) {
    const p = n * columns;
    const q = p + columns;
    for (let row = 0; row < rows; row += ROW_TILE) {
      const a = row * columns;
      const b = a + columns;
      const c = b + columns;
      const d = c + columns;
      let pa = bias[row];
      let pb = bias[row + 1];
      let pc = bias[row + 2];
      let pd = bias[row + 3];
      let qa = pa;
      let qb = pb;
      let qc = pc;
      let qd = pd;
      for (let i = 0; i < columns; i++) {
        const x = input[p + i];
        const y = input[q + i];
        pa += weight[a + i] * x;
        pb += weight[b + i] * x;
        pc += weight[c + i] * x;
        pd += weight[d + i] * x;
        qa += weight[a + i] * y;
        qb += weight[b + i] * y;
        qc += weight[c + i] * y;
        qd += weight[d + i] * y;
      }
      const o = n * rows + row;
      output[o] = pa;
      output[o + 1] = pb;
      output[o + 2] = pc;
      output[o + 3] = pd;
      output[o + rows] = qa;
      output[o + rows + 1] = qb;
      output[o + rows + 2] = qc;
      output[o + rows + 3] = qd;
    }
  }
}
