/**
 * A folded field's evaluation at a batch of points, as a graph: what field/evaluate.ts computes, in
 * single precision and for all points at once.
 *
 * The four texels around a point lie in one row of a packed table, so a plane costs one gather; the
 * weighted sum over 3 planes x 4 texels is a product and a sum. (As a matrix product per point it is
 * 25 times slower on WebGPU, whose matrix kernels are made for many rows.)
 */
import type { Decoder, DenseLayer } from "../core/field.ts";
import { silu } from "../graph/layers.ts";
import { add } from "../graph/ops/add.ts";
import { clip } from "../graph/ops/clip.ts";
import { concat } from "../graph/ops/concat.ts";
import { constant } from "../graph/ops/constant.ts";
import { floor } from "../graph/ops/floor.ts";
import { gatherRows } from "../graph/ops/gather-rows.ts";
import { gemm } from "../graph/ops/gemm.ts";
import { input } from "../graph/ops/input.ts";
import { mul } from "../graph/ops/mul.ts";
import { reduceSum } from "../graph/ops/reduce-sum.ts";
import { relu } from "../graph/ops/relu.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { sigmoid } from "../graph/ops/sigmoid.ts";
import { slice } from "../graph/ops/slice.ts";
import type { Tensor } from "../graph/tensor.ts";

/** What the fields of one model have in common. */
export interface FieldModel {
  readonly decoder: Decoder;
  /** Texels of a plane. */
  readonly height: number;
  readonly width: number;
}

export interface FieldGraph {
  /** (N, 1) raw densities. */
  readonly density: Tensor;
  /** (N, 4) `[raw density, red, green, blue]`. */
  readonly values: Tensor;
}

/**
 * Inputs are `points` (N, 3) in [-1, 1] with N = `batch`, and a picture's `planes`, folded, as in
 * `FoldedField`: they hold the first layer but for its bias. The decoder is built in.
 */
export function fieldGraph({ decoder, height, width }: FieldModel, batch: number): FieldGraph {
  const { activations, layers } = decoder;
  const [first, ...others] = layers;
  const planes = input("planes", [3, height + 2, width + 2, first.rows]);
  const features = samplePlanes(planes, input("points", [batch, 3]));
  let output = add(features, vector(first.bias));
  for (const layer of others) {
    output = dense(activations.hidden === "silu" ? silu(output) : relu(output), layer);
  }
  const density = slice(output, 1, 0, 1);
  const [low, high] = activations.colour;
  const shares = sigmoid(slice(output, 1, 1, 4));
  const colours = add(mul(shares, scalar(high - low)), scalar(low));
  return { density, values: concat([density, colours], 1) };
}

/** (N, hidden): the sum of the three bilinear samples of each point. */
function samplePlanes(planes: Tensor, points: Tensor): Tensor {
  const [, paddedHeight, paddedWidth, hidden] = planes.shape;
  const [batch] = points.shape;
  const lastColumn = paddedWidth - 2;
  const lastRow = paddedHeight - 2;
  const axis = (i: number): Tensor => slice(points, 1, i, i + 1);
  const column = texelCoordinates(concat([axis(0), axis(0), axis(2)], 1), lastColumn);
  const row = texelCoordinates(concat([axis(1), axis(2), axis(1)], 1), lastRow);
  // The zeros beyond the last texel are read from the cell before them.
  const left = clip(floor(column), 0, lastColumn);
  const top = clip(floor(row), 0, lastRow);

  const firstCells = [0, 1, 2].map((plane) => plane * (lastRow + 1) * (lastColumn + 1));
  const cells = add(
    add(mul(top, scalar(lastColumn + 1)), left),
    vector(Float32Array.from(firstCells)),
  );
  const texels = gatherRows(packTexels(planes), cells);
  const weights = bilinearWeights(subtract(column, left), subtract(row, top));
  const weighted = mul(reshape(texels, [batch, 12, hidden]), reshape(weights, [batch, 12, 1]));
  return reduceSum(weighted, 1);
}

/** Padded texel coordinates of `points` (N, 3) on an axis of `size` texels, held within 0..size + 1. */
function texelCoordinates(points: Tensor, size: number): Tensor {
  return clip(add(mul(points, scalar(size / 2)), scalar((size + 1) / 2)), 0, size + 1);
}

/** Planes (3, H, W, C) as a table (3 (H - 1) (W - 1), 4 C): texels 00, 01, 10, 11 of each cell. */
function packTexels(planes: Tensor): Tensor {
  const [count, height, width, channels] = planes.shape;
  const corner = (row: number, column: number): Tensor =>
    slice(slice(planes, 1, row, row + height - 1), 2, column, column + width - 1);
  const packed = concat([corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)], 3);
  return reshape(packed, [count * (height - 1) * (width - 1), 4 * channels]);
}

/** (N, 3, 4): weights of texels 00, 01, 10, 11 from fractions (N, 3) of column and row. */
function bilinearWeights(column: Tensor, row: Tensor): Tensor {
  const [restOfColumn, restOfRow] = [column, row].map((x) => subtract(scalar(1), x));
  const corners = [
    mul(restOfColumn, restOfRow),
    mul(column, restOfRow),
    mul(restOfColumn, row),
    mul(column, row),
  ];
  return concat(
    corners.map((weights) => reshape(weights, [...weights.shape, 1])),
    2,
  );
}

function dense(x: Tensor, { rows, columns, weight, bias }: DenseLayer): Tensor {
  return gemm(x, constant([rows, columns], weight), vector(bias));
}

function subtract(a: Tensor, b: Tensor): Tensor {
  return add(a, mul(b, scalar(-1)));
}

function scalar(value: number): Tensor {
  return vector(Float32Array.of(value));
}

function vector(values: Float32Array): Tensor {
  return constant([values.length], values);
}
