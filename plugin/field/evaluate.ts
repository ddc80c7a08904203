/** Density and colour of a folded field at arbitrary points. */
import type { FoldedField } from "../core/field.ts";
import { colourOfRaw } from "./activation.ts";
import { Mlp } from "./mlp.ts";
import { samplePlane, texelCoordinate } from "./sample.ts";

const BATCH = 64;
const OUTPUTS = 4;

/**
 * `points` (N, 3) in [-1, 1] gives (N, 4) `[raw density, red, green, blue]`; colours are sRGB, not
 * clamped. Outside the box the planes are zero.
 */
export function evaluateField(field: FoldedField, points: Float32Array): Float32Array {
  const count = points.length / 3;
  const values = new Float32Array(count * OUTPUTS);
  const mlp = new Mlp(field, OUTPUTS, BATCH);
  const samples = new Float64Array(3 * field.hidden);
  for (let first = 0; first < count; first += BATCH) {
    const last = Math.min(first + BATCH, count);
    for (let n = first; n < last; n++) {
      samplePoint(field, points.subarray(3 * n, 3 * n + 3), samples);
      sumSamples(field, samples, mlp.input, (n - first) * mlp.columns);
    }
    const output = mlp.run(last - first);
    for (let n = first; n < last; n++) {
      const at = (n - first) * mlp.stride;
      values[OUTPUTS * n] = output[at];
      for (let c = 1; c < OUTPUTS; c++) {
        values[OUTPUTS * n + c] = colourOfRaw(output[at + c], field.activations.colour);
      }
    }
  }
  return values;
}

/** (3, hidden) samples of a point: planes xy, xz, zy. */
function samplePoint(field: FoldedField, [x, y, z]: Float32Array, samples: Float64Array): void {
  const { hidden, height, width } = field;
  const columnX = texelCoordinate(x, width);
  const rowY = texelCoordinate(y, height);
  samplePlane(field, 0, columnX, rowY, samples, 0);
  samplePlane(field, 1, columnX, texelCoordinate(z, height), samples, hidden);
  samplePlane(field, 2, texelCoordinate(z, width), rowY, samples, 2 * hidden);
}

function sumSamples(
  { hidden, firstBias }: FoldedField,
  samples: Float64Array,
  target: Float64Array,
  offset: number,
): void {
  for (let c = 0; c < hidden; c++) {
    target[offset + c] = firstBias[c] + samples[c] + samples[hidden + c] + samples[2 * hidden + c];
  }
}
