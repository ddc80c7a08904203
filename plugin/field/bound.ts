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
 *     |W|. An activation becomes the middle of two parallel lines around it on the neuron's range
 *     [l, u], see relaxation.ts, and half their distance adds to the radius. This gives a range of
 *     every neuron, but a loose one at the output.
 * (3) Backward: the output's weights are pulled back through the layers to the box's coordinates.
 *     An activation becomes a line above or below it, by the sign of the neuron's weight. Signs
 *     cancel as they do in the network, which the radii of (2) cannot do: on trained planes this is
 *     an order of magnitude tighter.
 *
 * Rounding: let eps be the unit roundoff, n the larger side of W and A the largest magnitude in the
 * ranges before it. Both activations have |act(x)| <= |x| and slopes within -0.1..1.1, so a term, a
 * line's offset or a relaxed radius is below 4 A. The sums of a layer, in evaluation or in (2), are
 * then off by less than (n + 1) eps 4 (|W| A + |b|), with |W| the largest sum of a row's magnitudes;
 * an activation and its lines, by less than 64 eps A. The layer's `rounding`, 8 (n + 64) eps
 * (|W| A + |b|), covers both with some to spare: it adds to the radii of (2). In (3), where a
 * functional f acts on the layer, all errors are below |f|_1 times that. At the input, each read
 * of a plane moves by less than 8 (height + width) eps texels, of a slope of twice the largest
 * value. Lattice coordinates are rounded to f32, which moves u from its linear place by at most
 * 2^-25 * 2 over a half-width of at least 2^-11 (resolution 2048): the functions are widened by
 * COORDINATE_SLACK of their slopes.
 */
import { TERMS } from "../core/block-field.ts";
import type { FoldedField } from "../core/field.ts";
import type { LatticeTexels } from "./lattice-texels.ts";
import { multiply, type PaddedLayer, padBatch, padLayer } from "./mlp.ts";
import { PlaneTerms } from "./plane-terms.ts";
import { createLines, type Lines, RELAX, type Relax } from "./relaxation.ts";

/** Unit roundoff of the evaluation that the bounds are for. */
export const DOUBLE_PRECISION: number = 2 ** -53;
export const SINGLE_PRECISION: number = 2 ** -24;

const COORDINATE_SLACK = 2 ** -12;
const LARGEST_FLOAT = 3.4028234663852886e38;

/** Boxes that go through the network together. */
const BATCH = 16;

/** Weights, and what their rounding depends on. */
interface BoundLayer {
  readonly forward: PaddedLayer;
  /** |weight|, no bias. */
  readonly magnitude: PaddedLayer;
  /** Transposed weight, no bias. */
  readonly backward: PaddedLayer;
  /** Largest sum of a row's magnitudes. */
  readonly norm: number;
  readonly largestBias: number;
  /** Rounding per magnitude. */
  readonly roundoff: number;
}

/** The values of one layer before its activation. */
interface Neurons {
  readonly width: number;
  /** (boxes, TERMS, width) and (boxes, width): what encloses them. */
  readonly terms: Float64Array;
  readonly radius: Float64Array;
  /** (boxes): see the head of this file. */
  readonly rounding: Float64Array;
  /** (boxes, width). */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly lines: Lines;
}

/** A field prepared for bounds, with the buffers of one batch. */
export interface FieldBounds {
  readonly planes: PlaneTerms;
  readonly relax: Relax;
  readonly inputMajorant: number;
  readonly inputRounding: number;
  readonly layers: readonly BoundLayer[];
  /** Density only. */
  readonly output: BoundLayer;
  /** What each layer, and then the output, acts on. */
  readonly neurons: readonly Neurons[];
  /** Relaxed terms and radii on their way into the next layer. */
  readonly relaxed: readonly [Float64Array, Float64Array];
  /** (boxes): the largest magnitude that anything computed can have. */
  readonly majorant: Float64Array;
  /** (boxes): rounding of the density. */
  readonly outputRounding: Float64Array;
}

/** `roundoff` is that of the evaluation; the bounds themselves are computed in double precision. */
export function prepareBounds(field: FoldedField, roundoff: number): FieldBounds {
  const output = boundLayer(padLayer(field.layers[field.layers.length - 1], 1), roundoff);
  const layers = field.layers.slice(0, -1).map((layer) => boundLayer(padLayer(layer), roundoff));
  const widths = [...layers, output].map(({ forward }) => forward.columns);
  const widest = Math.max(...widths);
  const inputMajorant = 12 * largest(field.planes) + largest(field.firstBias);
  return {
    planes: new PlaneTerms(field),
    relax: RELAX[field.activations.hidden],
    inputMajorant,
    inputRounding: (8 * (field.height + field.width) + 64) * roundoff * inputMajorant,
    layers,
    output,
    neurons: widths.map(createNeurons),
    relaxed: [
      new Float64Array(padBatch(BATCH * TERMS) * widest),
      new Float64Array(padBatch(BATCH) * widest),
    ],
    majorant: new Float64Array(BATCH),
    outputRounding: new Float64Array(BATCH),
  };
}

function createNeurons(width: number): Neurons {
  return {
    width,
    terms: new Float64Array(padBatch(BATCH * TERMS) * width),
    radius: new Float64Array(padBatch(BATCH) * width),
    rounding: new Float64Array(BATCH),
    low: new Float64Array(BATCH * width),
    high: new Float64Array(BATCH * width),
    lines: createLines(BATCH * width),
  };
}

function boundLayer(forward: PaddedLayer, roundoff: number): BoundLayer {
  const { rows, columns, weight, bias } = forward;
  const transposed = new Float64Array(weight.length);
  let norm = 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let c = 0; c < columns; c++) {
      transposed[c * rows + row] = weight[row * columns + c];
      sum += Math.abs(weight[row * columns + c]);
    }
    norm = Math.max(norm, sum);
  }
  return {
    forward,
    magnitude: { ...forward, weight: weight.map(Math.abs), bias: new Float64Array(rows) },
    backward: { rows: columns, columns: rows, weight: transposed, bias: new Float64Array(columns) },
    norm,
    largestBias: largest(bias),
    roundoff: 8 * (Math.max(rows, columns) + 64) * roundoff,
  };
}

/** Largest magnitude, NaN if any value is. */
function largest(values: Float32Array | Float64Array): number {
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
    boundBatch(bounds, texels, batch, functions.subarray(first * 2 * TERMS));
  }
  return functions;
}

function boundBatch(
  bounds: FieldBounds,
  texels: LatticeTexels,
  boxes: Int32Array,
  functions: Float64Array,
): void {
  const count = boxes.length / 6;
  enterBoxes(bounds, texels, boxes, count);
  bounds.neurons.forEach((neurons, layer) => {
    measureRanges(neurons, count);
    measureRounding(bounds, layer, count);
    for (let at = 0; at < count * neurons.width; at++) {
      bounds.relax(neurons.low[at], neurons.high[at], neurons.lines, at);
    }
    if (layer < bounds.layers.length) passForward(bounds, layer, count);
  });
  for (const side of [-1, 1]) {
    const { weights, constants } = pullBack(bounds, side, count);
    for (let n = 0; n < count; n++) {
      const at = n * 2 * TERMS + (side === 1 ? 0 : TERMS);
      const result = functions.subarray(at, at + TERMS);
      contract(bounds.neurons[0], weights, n, result);
      finish(result, side, constants[n]);
      if (!(bounds.majorant[n] < LARGEST_FLOAT)) leaveUnbounded(result, side);
    }
  }
}

/** The first layer's values over each box. */
function enterBoxes(
  { neurons: [input], planes, inputMajorant, inputRounding, majorant }: FieldBounds,
  texels: LatticeTexels,
  boxes: Int32Array,
  count: number,
): void {
  const { terms, radius, width } = input;
  for (let n = 0; n < count; n++) {
    const box = boxes.subarray(6 * n, 6 * n + 6);
    planes.write(texels, box, terms, n * TERMS * width, width, radius, n * width);
  }
  input.rounding.fill(inputRounding);
  majorant.fill(inputMajorant);
}

/** Adds the rounding to the radii; a range is the constant plus or minus the magnitudes of all else. */
function measureRanges(
  { width, terms, radius, rounding, low, high }: Neurons,
  count: number,
): void {
  for (let n = 0; n < count; n++) {
    for (let h = 0; h < width; h++) {
      const neuron = n * width + h;
      const at = n * TERMS * width + h;
      radius[neuron] += rounding[n];
      let spread = radius[neuron];
      for (let t = 1; t < TERMS; t++) spread += Math.abs(terms[at + t * width]);
      low[neuron] = terms[at] - spread;
      high[neuron] = terms[at] + spread;
    }
  }
}

/** How far the layer behind `neurons[layer]` can be off. */
function measureRounding(bounds: FieldBounds, layer: number, count: number): void {
  const isLast = layer === bounds.layers.length;
  const { norm, largestBias, roundoff } = isLast ? bounds.output : bounds.layers[layer];
  const rounding = isLast ? bounds.outputRounding : bounds.neurons[layer + 1].rounding;
  const { width, low, high } = bounds.neurons[layer];
  for (let n = 0; n < count; n++) {
    let reach = 0;
    for (let at = n * width; at < (n + 1) * width; at++) {
      reach = Math.max(reach, high[at], -low[at]);
    }
    const majorant = norm * reach + largestBias;
    rounding[n] = roundoff * majorant;
    bounds.majorant[n] = Math.max(bounds.majorant[n], reach, majorant);
  }
}

/** Terms and radii of hidden layer `layer + 1` from those of `layer`. */
function passForward(bounds: FieldBounds, layer: number, count: number): void {
  const { width, terms, radius, lines } = bounds.neurons[layer];
  const [relaxedTerms, relaxedRadius] = bounds.relaxed;
  for (let n = 0; n < count; n++) {
    for (let h = 0; h < width; h++) {
      const neuron = n * width + h;
      const slope = lines.slope[neuron];
      const at = n * TERMS * width + h;
      for (let t = 0; t < TERMS; t++) {
        relaxedTerms[at + t * width] = slope * terms[at + t * width];
      }
      relaxedTerms[at] += (lines.above[neuron] + lines.below[neuron]) / 2;
      relaxedRadius[neuron] =
        Math.abs(slope) * radius[neuron] + (lines.above[neuron] - lines.below[neuron]) / 2;
    }
  }
  const { forward, magnitude } = bounds.layers[layer];
  const next = bounds.neurons[layer + 1];
  multiplyTerms(forward, relaxedTerms, count, next.terms);
  multiply(magnitude, relaxedRadius, padBatch(count), next.radius);
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
  { layers, output, neurons, outputRounding }: FieldBounds,
  side: number,
  count: number,
): { weights: Float64Array; constants: Float64Array } {
  const { columns, weight, bias } = output.forward;
  const constants = outputRounding.slice(0, count).map((rounding) => side * bias[0] - rounding);
  let weights = new Float64Array(padBatch(count) * columns);
  for (let n = 0; n < count; n++) {
    for (let h = 0; h < columns; h++) weights[n * columns + h] = side * weight[h];
  }
  for (let layer = layers.length; ; layer--) {
    pullThroughActivation(neurons[layer], weights, constants);
    if (layer === 0) return { weights, constants };
    const { forward, backward } = layers[layer - 1];
    for (let n = 0; n < count; n++) {
      for (let h = 0; h < forward.rows; h++) {
        const weight = weights[n * forward.rows + h];
        constants[n] += weight * forward.bias[h] - Math.abs(weight) * neurons[layer].rounding[n];
      }
    }
    const pulled = new Float64Array(padBatch(count) * backward.rows);
    multiply(backward, weights, padBatch(count), pulled);
    weights = pulled;
  }
}

/** From weights on activated values to weights on the values. */
function pullThroughActivation(
  { width, lines }: Neurons,
  weights: Float64Array,
  constants: Float64Array,
): void {
  for (let n = 0; n < constants.length; n++) {
    for (let at = n * width; at < (n + 1) * width; at++) {
      const weight = weights[at];
      const isLow = weight >= 0;
      constants[n] += weight * (isLow ? lines.lowOffset[at] : lines.above[at]);
      weights[at] = weight * (isLow ? lines.lowSlope[at] : lines.slope[at]);
    }
  }
}

/** Sum over the neurons of box n: weight times terms, less |weight| times radius. */
function contract(
  { width, terms, radius }: Neurons,
  weights: Float64Array,
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

/** Adds the constant, widens by the slack and turns a lower bound of -density round. */
function finish(result: Float64Array, side: number, constant: number): void {
  let slopes = 0;
  for (let t = 1; t < TERMS; t++) slopes += Math.abs(result[t]);
  result[0] += constant - COORDINATE_SLACK * slopes;
  for (let t = 0; t < TERMS; t++) result[t] *= side;
}

/** For a box in which a value could leave the range of f32, or of a field with a NaN. */
function leaveUnbounded(result: Float64Array, side: number): void {
  result.fill(0);
  result[0] = -side * Number.POSITIVE_INFINITY;
}
