import type { FoldedField } from "../core/field.ts";
import type { KernelOptions, Kernels } from "../kernels/kernels.ts";

/** Raw densities on an n^3 lattice over the box, ends included; (n, n, n) with x slowest. */
export interface CoarseDensity {
  readonly n: number;
  readonly raw: Float32Array;
}

/** Samples the field on a lattice coarse enough to be cheap, fine enough to judge its shape. */
export async function sampleCoarseDensity(
  kernels: Kernels,
  field: FoldedField,
  n: number,
  options: KernelOptions,
): Promise<CoarseDensity> {
  const points = new Float32Array(n * n * n * 3);
  const coordinate = (i: number) => -1 + (2 * i) / (n - 1);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) {
        points[at++] = coordinate(i);
        points[at++] = coordinate(j);
        points[at++] = coordinate(k);
      }
    }
  }
  const samples = await kernels.evaluate(field, points, options);
  return { n, raw: Float32Array.from({ length: n * n * n }, (_, p) => samples[4 * p]) };
}

/** The raw density that the given share (0..1) of lattice points does not exceed. */
export function densityQuantile(density: CoarseDensity, share: number): number {
  const sorted = density.raw.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
