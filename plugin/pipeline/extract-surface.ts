import { ModelError } from "../core/errors.ts";
import { densityOfRaw, type FoldedField, rawDensityLevel } from "../core/field.ts";
import type { ExtractedSurface, KernelOptions, Kernels } from "../kernels/kernels.ts";
import { densityQuantile, sampleCoarseDensity } from "./coarse-density.ts";

export interface SurfaceOutcome {
  readonly surface: ExtractedSurface;
  /** Why the surface is not at the density that was asked for. */
  readonly warning?: string;
}

/** An object fills a few percent of the box; this share of it is outside the fallback surface. */
const FALLBACK_SHARE = 0.97;
const FALLBACK_LATTICE = 64;

/**
 * The iso-surface at `isoDensity`. Where the model is too unsure to reach it anywhere, the surface
 * around the densest 3% of the box, with a warning: a faint guess is more use than nothing.
 *
 * @throws ModelError "no-surface" when the field has no surface at all.
 */
export async function extractSurface(
  kernels: Kernels,
  field: FoldedField,
  { resolution, isoDensity }: { readonly resolution: number; readonly isoDensity: number },
  options: KernelOptions,
): Promise<SurfaceOutcome> {
  const extractAt = (level: number) =>
    kernels.extract(field, { resolution, level, method: "sparse" }, options);

  const surface = await extractAt(rawDensityLevel(isoDensity, field.activations.density));
  if (surface.triangles.length > 0) return { surface };

  const coarse = await sampleCoarseDensity(kernels, field, FALLBACK_LATTICE, options);
  const level = densityQuantile(coarse, FALLBACK_SHARE);
  const fallback = await extractAt(level);
  if (fallback.triangles.length === 0) {
    throw new ModelError(
      "no-surface",
      "model: sees no object in the picture — give a picture with one object that stands out from its background",
    );
  }
  const density = densityOfRaw(level, field.activations.density).toPrecision(2);
  return {
    surface: fallback,
    warning: `no density reached the iso level ${isoDensity}; lowered to ${density}, so the shape is a guess`,
  };
}

/** (N, 3) sRGB, 0..1, of the field at `positions` (N, 3). */
export async function surfaceColours(
  kernels: Kernels,
  field: FoldedField,
  positions: Float32Array,
  options: KernelOptions,
): Promise<Float32Array> {
  const samples = await kernels.evaluate(field, positions, options);
  const colours = new Float32Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    const colour = samples[4 * Math.floor(i / 3) + 1 + (i % 3)];
    colours[i] = Math.min(Math.max(colour, 0), 1);
  }
  return colours;
}
