/**
 * Proven bounds of the density over boxes of lattice points.
 *
 * What is guaranteed: the functions returned for a box enclose every density that lattice
 * evaluation computes at a point of the box, rounding included. So a box whose upper function
 * stays at or below the iso level is outside at each of its points, and one whose lower function
 * stays above is inside: skipping it cannot change the surface.
 *
 * How: affine arithmetic (de Figueiredo and Stolfi 2004; for neural implicits Sharp and Jacobson
 * 2022, "Spelunking the Deep") specialised to triplanes, then one backward pass (CROWN, Zhang et
 * al. 2018).
 *
 * (1) The first layer is an exact function of the box's coordinates, see plane-terms.ts. Its terms
 *     uv, uw and wv count as symbols of their own in [-1, 1].
 * (2) Forward: terms go through the weights W, the remaining error of a neuron (its radius) through
 *     |W|. A ReLU that changes sign on its range [l, u] becomes slope s = u / (u - l) with constant
 *     and radius -s l / 2. This gives a range of every neuron, but a loose one at the output.
 * (3) Backward: the output's weights are pulled back through the layers to the box's coordinates.
 *     Where a ReLU changes sign, a lower bound takes, by the sign of the neuron's weight, the line
 *     s (x - l) above the ReLU or the closer of 0 and x below it. Signs cancel as they do in the
 *     network, which the radii of (2) cannot do: on trained planes this is an order of magnitude
 *     tighter.
 *
 * Rounding: let N be the largest sum of magnitudes that any dot product, in evaluation or analysis,
 * can have (`majorant`: a norm per layer, doubled per ReLU because the relaxation of a value of
 * size m has size 2 m). A sum of n products is off by less than (n + 1) eps N, and a wrong end of a
 * neuron's range by e makes its relaxation wrong by at most e. So all of it is below the `slack`,
 * (columns + 16) eps N per layer with a factor of 16 to spare. Lattice coordinates are rounded to
 * f32, which moves u from its linear place by at most 2^-25 * 2 over a half-width of at least
 * 2^-11 (resolution 2048): the functions are widened by COORDINATE_SLACK of their slopes.
 */
import { TERMS } from "../core/block-field.ts";
import type { FoldedField } from "../core/field.ts";
import type { LatticeTexels } from "./lattice-texels.ts";
import { multiply, type PaddedLayer, padBatch, padLayer } from "./mlp.ts";
import { PlaneTerms } from "./plane-terms.ts";

const EPSILON = 2 ** -53;
const COORDINATE_SLACK = 2 ** -12;
const LARGEST_FLOAT = 3.4028234663852886e38;

/** Boxes that go through the network together. */
const BATCH = 16;

interface BoundLayer {
  readonly forward: PaddedLayer;
  /** |weight|, no bias. */
  readonly magnitude: PaddedLayer;
  /** Transposed weight, no bias. */
  readonly backward: PaddedLayer;
}

/** Ranges of one hidden layer before its ReLU, (boxes, width). */
interface Ranges {
  readonly width: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** A field prepared for bounds, with the buffers of one batch. */
export interface FieldBounds {
  readonly slack: number;
  readonly planes: PlaneTerms;
  readonly hidden: readonly BoundLayer[];
  /** Weights and bias of the density. */
  readonly output: PaddedLayer;
  /** Per hidden layer: (boxes, TERMS, width) and (boxes, width). */
  readonly terms: readonly Float64Array[];
  readonly radius: readonly Float64Array[];
  readonly ranges: readonly Ranges[];
  /** Relaxed terms and radii on their way into the next layer. */
  readonly relaxed: readonly [Float64Array, Float64Array];
}

export function prepareBounds(field: FoldedField): FieldBounds {
  const output = padLayer(field.layers[field.layers.length - 1], 1);
  const hidden = field.layers.slice(0, -1).map((layer) => boundLayer(padLayer(layer)));
  const widths = [...hidden.map(({ forward }) => forward.columns), output.columns];
  const widest = Math.max(...widths);
  return {
    slack: roundingSlack(field),
    planes: new PlaneTerms(field),
    hidden,
    output,
    terms: widths.map((width) => new Float64Array(padBatch(BATCH * TERMS) * width)),
    radius: widths.map((width) => new Float64Array(padBatch(BATCH) * width)),
    ranges: widths.map((width) => ({
      width,
      low: new Float64Array(BATCH * width),
      high: new Float64Array(BATCH * width),
    })),
    relaxed: [
      new Float64Array(padBatch(BATCH * TERMS) * widest),
      new Float64Array(padBatch(BATCH) * widest),
    ],
  };
}

function boundLayer(forward: PaddedLayer): BoundLayer {
  const { rows, columns, weight } = forward;
  const transposed = new Float64Array(weight.length);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) transposed[c * rows + row] = weight[row * columns + c];
  }
  return {
    forward,
    magnitude: { ...forward, weight: weight.map(Math.abs), bias: new Float64Array(rows) },
    backward: {
      rows: columns,
      columns: rows,
      weight: transposed,
      bias: new Float64Array(columns),
    },
  };
}

/** Infinite when a value could leave the range of f32, NaN for a field with a NaN. */
function roundingSlack(field: FoldedField): number {
  // 3 planes; a plane's four terms and its residual are each below 4 of its largest value.
  let majorant = 3 * 12 * largest(field.planes) + largest(field.firstBias);
  let terms = 0;
  for (const { rows, columns, weight, bias } of field.layers) {
    let norm = 0;
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += Math.abs(weight[row * columns + c]);
      norm = Math.max(norm, sum);
    }
    majorant = 2 * Math.max(norm, 1) * majorant + largest(bias);
    terms += columns + 16;
  }
  return majorant < LARGEST_FLOAT ? 16 * terms * EPSILON * majorant : Number.POSITIVE_INFINITY;
}

/** Largest magnitude, NaN if any value is. */
function largest(values: Float32Array): number {
  let result = 0;
  for (const value of values) {
    const magnitude = Math.abs(value);
    if (!(magnitude <= result)) result = magnitude;
    if (Number.isNaN(magnitude)) return magnitude;
  }
  return result;
}

/** (N, 2 * TERMS) lower and upper functions of `boxes` (N, 6); see core/block-field.ts. */
export function boundBoxes(
  bounds: FieldBounds,
  texels: LatticeTexels,
  boxes: Int32Array,
): Float64Array {
  const count = boxes.length / 6;
  const functions = new Float64Array(count * 2 * TERMS);
  for (let first = 0; first < count; first += BATCH) {
    const batch = boxes.subarray(6 * first, 6 * Math.min(first + BATCH, count));
    const target = functions.subarray(first * 2 * TERMS);
    if (Number.isFinite(bounds.slack)) boundBatch(bounds, texels, batch, target);
    else leaveUnbounded(batch.length / 6, target);
  }
  return functions;
}

function leaveUnbounded(count: number, functions: Float64Array): void {
  for (let n = 0; n < count; n++) {
    functions[n * 2 * TERMS] = Number.NEGATIVE_INFINITY;
    functions[n * 2 * TERMS + TERMS] = Number.POSITIVE_INFINITY;
  }
}

function boundBatch(
  bounds: FieldBounds,
  texels: LatticeTexels,
  boxes: Int32Array,
  functions: Float64Array,
): void {
  const count = boxes.length / 6;
  const stride = bounds.ranges[0].width;
  for (let n = 0; n < count; n++) {
    const box = boxes.subarray(6 * n, 6 * n + 6);
    const [terms, radius] = [bounds.terms[0], bounds.radius[0]];
    bounds.planes.write(texels, box, terms, n * TERMS * stride, stride, radius, n * stride);
  }
  bounds.ranges.forEach((ranges, layer) => {
    measureRanges(ranges, bounds.terms[layer], bounds.radius[layer], count);
    if (layer < bounds.hidden.length) passForward(bounds, layer, count);
  });
  const [terms, radius] = [bounds.terms[0], bounds.radius[0]];
  for (const side of [-1, 1]) {
    const { weights, constants } = pullBack(bounds, side, count);
    for (let n = 0; n < count; n++) {
      const at = n * 2 * TERMS + (side === 1 ? 0 : TERMS);
      const result = functions.subarray(at, at + TERMS);
      contract(weights, terms, radius, stride, n, result);
      finish(result, side, constants[n], bounds.slack);
    }
  }
}

/** Range of every neuron: constant plus or minus the magnitudes of all else. */
function measureRanges(
  { width, low, high }: Ranges,
  terms: Float64Array,
  radius: Float64Array,
  count: number,
): void {
  for (let n = 0; n < count; n++) {
    for (let h = 0; h < width; h++) {
      const at = n * TERMS * width + h;
      let spread = radius[n * width + h];
      for (let t = 1; t < TERMS; t++) spread += Math.abs(terms[at + t * width]);
      low[n * width + h] = terms[at] - spread;
      high[n * width + h] = terms[at] + spread;
    }
  }
}

/** Terms and radii of hidden layer `layer + 1` from those of `layer`. */
function passForward(bounds: FieldBounds, layer: number, count: number): void {
  const { width, low, high } = bounds.ranges[layer];
  const terms = bounds.terms[layer];
  const radius = bounds.radius[layer];
  const [relaxedTerms, relaxedRadius] = bounds.relaxed;
  for (let n = 0; n < count; n++) {
    for (let h = 0; h < width; h++) {
      const l = low[n * width + h];
      const u = high[n * width + h];
      const slope = l >= 0 ? 1 : u <= 0 ? 0 : u / (u - l);
      const error = l >= 0 || u <= 0 ? 0 : (-slope * l) / 2;
      const at = n * TERMS * width + h;
      for (let t = 0; t < TERMS; t++) {
        relaxedTerms[at + t * width] = slope * terms[at + t * width];
      }
      relaxedTerms[at] += error;
      relaxedRadius[n * width + h] = slope * radius[n * width + h] + error;
    }
  }
  const { forward, magnitude } = bounds.hidden[layer];
  multiplyTerms(forward, relaxedTerms, count, bounds.terms[layer + 1]);
  multiply(magnitude, relaxedRadius, padBatch(count), bounds.radius[layer + 1]);
}

/** The bias belongs to the constant term only. */
function multiplyTerms(
  layer: PaddedLayer,
  input: Float64Array,
  count: number,
  output: Float64Array,
): void {
  const { rows, bias } = layer;
  multiply({ ...layer, bias: new Float64Array(rows) }, input, padBatch(count * TERMS), output);
  for (let n = 0; n < count; n++) {
    for (let row = 0; row < rows; row++) output[n * TERMS * rows + row] += bias[row];
  }
}

/**
 * Weights (boxes, width) on the first layer and constants (boxes) of a lower bound of
 * side * density.
 */
function pullBack(
  { hidden, output, ranges }: FieldBounds,
  side: number,
  count: number,
): { weights: Float64Array; constants: Float64Array } {
  const constants = new Float64Array(count).fill(side * output.bias[0]);
  let weights = new Float64Array(padBatch(count) * output.columns);
  for (let n = 0; n < count; n++) {
    for (let h = 0; h < output.columns; h++) {
      weights[n * output.columns + h] = side * output.weight[h];
    }
  }
  for (let layer = hidden.length; ; layer--) {
    pullThroughRelu(ranges[layer], weights, constants);
    if (layer === 0) return { weights, constants };
    const { forward, backward } = hidden[layer - 1];
    for (let n = 0; n < count; n++) {
      for (let h = 0; h < forward.rows; h++) {
        constants[n] += weights[n * forward.rows + h] * forward.bias[h];
      }
    }
    const pulled = new Float64Array(padBatch(count) * backward.rows);
    multiply(backward, weights, padBatch(count), pulled);
    weights = pulled;
  }
}

function pullThroughRelu(
  { width, low, high }: Ranges,
  weights: Float64Array,
  constants: Float64Array,
): void {
  for (let n = 0; n < constants.length; n++) {
    for (let at = n * width; at < (n + 1) * width; at++) {
      const l = low[at];
      const u = high[at];
      if (l >= 0) continue;
      if (u <= 0) {
        weights[at] = 0;
      } else if (weights[at] >= 0) {
        if (u <= -l) weights[at] = 0;
      } else {
        weights[at] *= u / (u - l);
        constants[n] -= weights[at] * l;
      }
    }
  }
}

/** Sum over the neurons of box n: weight times terms, less |weight| times radius. */
function contract(
  weights: Float64Array,
  terms: Float64Array,
  radius: Float64Array,
  width: number,
  n: number,
  result: Float64Array,
): void {
  for (let t = 0; t < TERMS; t++) {
    const at = (n * TERMS + t) * width;
    let sum = 0;
    for (let h = 0; h < width; h++) sum += weights[n * width + h] * terms[at + h];
    result[t] = sum;
  }
  for (let at = n * width; at < (n + 1) * width; at++) {
    result[0] -= Math.abs(weights[at]) * radius[at];
  }
}

/** Adds the constant, widens by both slacks and turns a lower bound of -density round. */
function finish(result: Float64Array, side: number, constant: number, slack: number): void {
  let slopes = 0;
  for (let t = 1; t < TERMS; t++) slopes += Math.abs(result[t]);
  result[0] += constant - slack - COORDINATE_SLACK * slopes;
  for (let t = 0; t < TERMS; t++) result[t] *= side;
}
