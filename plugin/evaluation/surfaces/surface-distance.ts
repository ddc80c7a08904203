/** How far two surfaces are from each other. */
import type { TriangleMesh } from "../../core/mesh.ts";
import { TriangleTree } from "../../mesh/triangle-tree.ts";
import { registerSurface, unitBoxTransform } from "./align.ts";
import { sampleSurface } from "./sample.ts";
import { type Similarity, transformPoints } from "./similarity.ts";

/** Distances within which a point counts as matched; lengths are those of the unit box. */
export const F_SCORE_THRESHOLDS = [0.1, 0.2, 0.5] as const;

export interface SurfaceDistanceOptions {
  /**
   * `register`: each surface is put into a box of longest side 2, then the prediction is turned,
   * scaled and moved to fit the truth. `truth-box`: both get the transform that puts the truth into
   * that box, so that errors of place and scale count too.
   */
  readonly alignment?: "register" | "truth-box";
  /** Points drawn from each surface. */
  readonly samples?: number;
  readonly seed?: number;
}

const SURFACE_DISTANCE_DEFAULTS = {
  alignment: "register",
  samples: 10_000,
  seed: 1,
} as const;

export interface SurfaceDistance {
  /**
   * Mean of the two mean distances from one surface's points to the other surface, in units of which
   * the truth's longest side has 2.
   */
  readonly chamfer: number;
  /** For each of {@link F_SCORE_THRESHOLDS}; 0..1, 1 when all points have the other surface near. */
  readonly fScores: readonly number[];
}

/**
 * Compares two surfaces by points drawn from each in proportion to area and their distances to the
 * nearest point of the other surface (not of its samples, whose spacing would be a floor).
 *
 * @throws InputError when either mesh has no area.
 */
export function surfaceDistance(
  prediction: TriangleMesh,
  truth: TriangleMesh,
  options: SurfaceDistanceOptions = {},
): SurfaceDistance {
  const { alignment, samples, seed } = { ...SURFACE_DISTANCE_DEFAULTS, ...options };
  const toBox = unitBoxTransform(truth);
  const target = transformed(truth, toBox);
  const source =
    alignment === "truth-box"
      ? transformed(prediction, toBox)
      : registered(prediction, target, seed);

  const accuracy = distancesTo(target, sampleSurface(source, samples, seed));
  const completeness = distancesTo(source, sampleSurface(target, samples, seed + 1));
  return {
    chamfer: (mean(accuracy) + mean(completeness)) / 2,
    fScores: F_SCORE_THRESHOLDS.map((threshold) =>
      harmonicMean(shareWithin(accuracy, threshold), shareWithin(completeness, threshold)),
    ),
  };
}

function registered(prediction: TriangleMesh, target: TriangleMesh, seed: number): TriangleMesh {
  const boxed = transformed(prediction, unitBoxTransform(prediction));
  return transformed(boxed, registerSurface(boxed, target, seed));
}

function transformed({ positions, triangles }: TriangleMesh, transform: Similarity): TriangleMesh {
  return { positions: transformPoints(positions, transform), triangles };
}

function distancesTo(mesh: TriangleMesh, points: Float32Array): Float64Array {
  const tree = new TriangleTree(mesh);
  return Float64Array.from({ length: points.length / 3 }, (_, i) =>
    tree.distanceTo(points[3 * i], points[3 * i + 1], points[3 * i + 2]),
  );
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function shareWithin(distances: Float64Array, threshold: number): number {
  return distances.filter((distance) => distance < threshold).length / distances.length;
}

function harmonicMean(a: number, b: number): number {
  return a + b === 0 ? 0 : (2 * a * b) / (a + b);
}
