/**
 * The volume renderer of the model families, one batch of rays at a time: the reference for the
 * native one.
 *
 * Both marchers of the reference programs draw random numbers, also when they only show a result.
 * Here there are none: coarse samples divide a ray's passage through the box
 * evenly and fine ones at the middles of equal shares of what the coarse pass saw, so the same field
 * gives the same picture, and the frames of a turntable do not flicker.
 */
import { densityOfRaw, type FoldedField } from "../core/field.ts";
import type { Rendering, RenderRequest } from "../core/rendering.ts";
import { evaluateField } from "../field/evaluate.ts";
import { Accumulator } from "./accumulate.ts";
import { boxPassages, type Passages, sampledRange } from "./box.ts";
import { importanceSamples } from "./importance.ts";

/** Numbers of a sample: raw density, red, green, blue. */
const VALUES = 4;

export class RayMarcher {
  readonly rendering: Rendering;
  readonly #field: FoldedField;
  readonly #request: RenderRequest;
  readonly #passages: Passages;
  readonly #sampledRange: readonly [number, number];
  readonly #accumulator: Accumulator = new Accumulator();

  constructor(field: FoldedField, request: RenderRequest) {
    const count = request.rays.origins.length / 3;
    this.#field = field;
    this.#request = request;
    this.#passages = boxPassages(request);
    this.#sampledRange = sampledRange(this.#passages);
    this.rendering = {
      rgb: new Float32Array(3 * count),
      opacity: new Float32Array(count),
      depth: new Float32Array(count),
    };
  }

  /** Renders rays `first` up to `last`, the latter excluded. */
  march(first: number, last: number): void {
    const marchRay =
      this.#request.march.marcher === "uniform" ? this.#marchUniformly : this.#marchByImportance;
    for (let ray = first; ray < last; ray++) {
      this.#accumulator.reset();
      if (this.#passages.far[ray] > this.#passages.near[ray]) marchRay.call(this, ray);
      this.#write(ray);
    }
  }

  #marchUniformly(ray: number): void {
    const { samples } = this.#request.march;
    const near = this.#passages.near[ray];
    const length = this.#passages.far[ray] - near;
    const distances = Float32Array.from(
      { length: samples },
      (_, k) => near + ((k + 0.5) / samples) * length,
    );
    const values = this.#sample(ray, distances);
    for (let k = 0; k < samples; k++) {
      const density = densityOfRaw(values[VALUES * k], this.#field.activations.density);
      // TripoSR's step is a share of the passage, not a length.
      const alpha = -Math.expm1(-density / samples);
      const [, red, green, blue] = values.subarray(VALUES * k, VALUES * k + VALUES);
      this.#accumulator.add(alpha, red, green, blue, distances[k]);
    }
  }

  #marchByImportance(ray: number): void {
    const count = this.#request.march.samples / 2;
    const near = this.#passages.near[ray];
    const length = Math.fround(this.#passages.far[ray] - near);
    const coarse = Float32Array.from(
      { length: count },
      (_, k) => near + Math.fround(Math.fround(k / (count - 1)) * length),
    );
    const coarseValues = this.#sample(ray, coarse);
    const weights = this.#composite(coarse, coarseValues);

    const shares = Float64Array.from({ length: count }, (_, i) => (i + 0.5) / count);
    const fine = new Float32Array(count);
    importanceSamples(coarse, weights, shares, fine);
    const fineValues = this.#sample(ray, fine);

    const all = mergeSamples(coarse, coarseValues, fine, fineValues);
    this.#accumulator.reset();
    this.#composite(all.distances, all.values);
  }

  /** Adds the intervals between samples; returns their weights. */
  #composite(distances: Float32Array, values: Float32Array): Float64Array {
    const weights = new Float64Array(distances.length - 1);
    for (let k = 0; k < weights.length; k++) {
      const at = VALUES * k;
      const mean = (i: number) => (values[at + i] + values[at + VALUES + i]) / 2;
      const density = densityOfRaw(mean(0), this.#field.activations.density);
      const alpha = -Math.expm1(-density * (distances[k + 1] - distances[k]));
      const middle = (distances[k] + distances[k + 1]) / 2;
      weights[k] = this.#accumulator.add(alpha, mean(1), mean(2), mean(3), middle);
    }
    return weights;
  }

  /**
   * (S, 4) values at distances along a ray; the raw density outside the box is -Infinity, so that
   * an interval that touches the outside is empty. Positions are rounded to single precision as
   * they arise: that decides on which side of a face a sample lies.
   */
  #sample(ray: number, distances: Float32Array): Float32Array {
    const { rays, march } = this.#request;
    const points = new Float32Array(3 * distances.length);
    const outside: number[] = [];
    for (let k = 0; k < distances.length; k++) {
      let isInside = true;
      for (let axis = 0; axis < 3; axis++) {
        const step = Math.fround(distances[k] * rays.directions[3 * ray + axis]);
        const position = Math.fround(rays.origins[3 * ray + axis] + step);
        isInside &&= Math.abs(position) <= march.boxRadius;
        points[3 * k + axis] = position / march.boxRadius;
      }
      if (!isInside) outside.push(k);
    }
    const values = evaluateField(this.#field, points);
    for (const k of outside) values[VALUES * k] = Number.NEGATIVE_INFINITY;
    return values;
  }

  #write(ray: number): void {
    const { rgb, opacity, distance } = this.#accumulator;
    const [least, greatest] = this.#sampledRange;
    this.rendering.rgb.set(rgb, 3 * ray);
    this.rendering.opacity[ray] = opacity;
    this.rendering.depth[ray] =
      opacity > 0 ? Math.min(Math.max(distance / opacity, least), greatest) : greatest;
  }
}

/** Two ascending runs of samples as one. */
function mergeSamples(
  coarse: Float32Array,
  coarseValues: Float32Array,
  fine: Float32Array,
  fineValues: Float32Array,
): { distances: Float32Array; values: Float32Array } {
  const distances = new Float32Array(coarse.length + fine.length);
  const values = new Float32Array(VALUES * distances.length);
  let [c, f] = [0, 0];
  for (let k = 0; k < distances.length; k++) {
    const takeCoarse = f === fine.length || (c < coarse.length && coarse[c] <= fine[f]);
    const at = takeCoarse ? c++ : f++;
    const source = takeCoarse ? coarseValues : fineValues;
    distances[k] = takeCoarse ? coarse[at] : fine[at];
    values.set(source.subarray(VALUES * at, VALUES * at + VALUES), VALUES * k);
  }
  return { distances, values };
}
