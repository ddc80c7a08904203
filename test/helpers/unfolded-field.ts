/**
 * The field straight from its definition: sample the three planes, concatenate, apply every layer.
 * Slow and obvious; the folded field is tested and measured against it.
 */
import type { Decoder, DenseLayer, Triplane } from "../../plugin/core/field.ts";

/** `points` (N, 3) in [-1, 1] gives (N, 4) `[raw density, red, green, blue]`, sRGB. */
export function evaluateUnfolded(
  triplane: Triplane,
  { activations, layers }: Decoder,
  points: Float32Array,
): Float32Array {
  const hidden = activations.hidden === "relu" ? relu : silu;
  const [low, high] = activations.colour;
  const count = points.length / 3;
  const values = new Float32Array(count * 4);
  for (let n = 0; n < count; n++) {
    let features = sampleTriplane(triplane, points[3 * n], points[3 * n + 1], points[3 * n + 2]);
    layers.forEach((layer, i) => {
      features = applyLayer(layer, i === 0 ? features : features.map(hidden));
    });
    values[4 * n] = features[0];
    for (let c = 1; c < 4; c++) values[4 * n + c] = low + (high - low) * sigmoid(features[c]);
  }
  return values;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const relu = (x: number) => Math.max(x, 0);
const silu = (x: number) => x * sigmoid(x);

/** (3 * channels) features of one point, plane by plane. */
export function sampleTriplane(triplane: Triplane, x: number, y: number, z: number): Float64Array {
  const { channels, height, width, data } = triplane;
  const features = new Float64Array(3 * channels);
  const projections = [
    [x, y],
    [x, z],
    [z, y],
  ] as const;
  projections.forEach(([u, v], plane) => {
    const px = ((u + 1) * width - 1) / 2;
    const py = ((v + 1) * height - 1) / 2;
    const x0 = Math.floor(px);
    const y0 = Math.floor(py);
    for (let c = 0; c < channels; c++) {
      const start = (plane * channels + c) * height * width;
      const texel = (tx: number, ty: number) =>
        tx < 0 || ty < 0 || tx >= width || ty >= height ? 0 : data[start + ty * width + tx];
      const upper = texel(x0, y0) * (x0 + 1 - px) + texel(x0 + 1, y0) * (px - x0);
      const lower = texel(x0, y0 + 1) * (x0 + 1 - px) + texel(x0 + 1, y0 + 1) * (px - x0);
      features[plane * channels + c] = upper * (y0 + 1 - py) + lower * (py - y0);
    }
  });
  return features;
}

function applyLayer(layer: DenseLayer, input: Float64Array): Float64Array {
  const output = new Float64Array(layer.rows);
  for (let row = 0; row < layer.rows; row++) {
    let sum = layer.bias[row];
    for (let c = 0; c < layer.columns; c++) {
      sum += layer.weight[row * layer.columns + c] * input[c];
    }
    output[row] = sum;
  }
  return output;
}
