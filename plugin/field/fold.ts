/**
 * Multiplies a triplane into the decoder's first layer.
 *
 * That layer acts on the concatenation of three bilinear plane samples. Bilinear sampling is linear,
 * so each plane may be multiplied by its slice of the layer before sampling: a point then reads
 * `hidden` channels three times instead of multiplying 3 * channels features. Products are summed
 * in double precision and stored in single.
 */
import { ModelError } from "../core/errors.ts";
import type { Decoder, DenseLayer, FoldedField, Triplane } from "../core/field.ts";

/** Rows of the last layer: raw density, red, green, blue. */
const OUTPUTS = 4;

/** @throws ModelError `mismatch` when the layers do not chain from the triplane to 4 outputs. */
export function foldTriplane(triplane: Triplane, decoder: Decoder): FoldedField {
  requireMatch(triplane, decoder);
  const { channels, height, width } = triplane;
  const [first, ...layers] = decoder.layers as [DenseLayer, ...DenseLayer[]];
  const hidden = first.rows;
  const planes = new Float32Array(3 * (height + 2) * (width + 2) * hidden);
  for (let plane = 0; plane < 3; plane++) {
    foldPlane(triplane, plane, planeWeights(first, plane, channels), planes, hidden);
  }
  return {
    activations: decoder.activations,
    hidden,
    height,
    width,
    planes,
    firstBias: first.bias,
    layers,
  };
}

/** (rows, channels) slice of the first layer that acts on one plane. */
function planeWeights(first: DenseLayer, plane: number, channels: number): Float64Array {
  const weights = new Float64Array(first.rows * channels);
  for (let row = 0; row < first.rows; row++) {
    const start = row * first.columns + plane * channels;
    weights.set(first.weight.subarray(start, start + channels), row * channels);
  }
  return weights;
}

function foldPlane(
  { channels, height, width, data }: Triplane,
  plane: number,
  weights: Float64Array,
  planes: Float32Array,
  hidden: number,
): void {
  const texel = new Float64Array(channels);
  const source = plane * channels * height * width;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        texel[c] = data[source + (c * height + y) * width + x];
      }
      const target = ((plane * (height + 2) + y + 1) * (width + 2) + x + 1) * hidden;
      for (let row = 0; row < hidden; row++) {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += weights[row * channels + c] * texel[c];
        planes[target + row] = sum;
      }
    }
  }
}

function requireMatch({ channels, height, width, data }: Triplane, { layers }: Decoder): void {
  const remedy = "the checkpoint does not fit its configuration";
  if (height < 1 || width < 1 || data.length !== 3 * channels * height * width) {
    const shape = `(3, ${channels}, ${height}, ${width})`;
    throw mismatch(`triplane: ${data.length} values for the shape ${shape} — ${remedy}`);
  }
  if (layers.length < 2) {
    throw mismatch(`decoder: ${layers.length} layer(s), expected two or more — ${remedy}`);
  }
  let columns = 3 * channels;
  for (const [i, layer] of layers.entries()) {
    const rows = i === layers.length - 1 ? OUTPUTS : layer.rows;
    const fits =
      layer.columns === columns &&
      layer.rows === rows &&
      layer.weight.length === rows * columns &&
      layer.bias.length === rows;
    if (!fits) {
      const shape = `(${layer.rows}, ${layer.columns})`;
      throw mismatch(
        `decoder: layer ${i} has the shape ${shape}, expected (${rows}, ${columns}) — ${remedy}`,
      );
    }
    columns = rows;
  }
}

function mismatch(message: string): ModelError {
  return new ModelError("mismatch", message);
}
