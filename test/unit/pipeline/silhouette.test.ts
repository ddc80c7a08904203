import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CoarseDensity } from "../../../plugin/pipeline/coarse-density.ts";
import { densityQuantile } from "../../../plugin/pipeline/coarse-density.ts";
import { silhouetteOverlap } from "../../../plugin/pipeline/silhouette.ts";

const silhouette = suite("pipeline/silhouette");

/** glTF (X, Y, Z) = model (y, z, x), as VFusion3D has it. */
const AXES = ["y", "z", "x"] as const;
const N = 33;
const SIZE = 64;
/** One lattice step of 1/16 on the outlines of a shape that is 1 wide. */
const LATTICE_TOLERANCE = 0.1;

/** A field that is 1 inside and -1 outside a predicate of model coordinates in -1..1. */
function densityOf(inside: (x: number, y: number, z: number) => boolean): CoarseDensity {
  const at = (i: number) => -1 + (2 * i) / (N - 1);
  const raw = Float32Array.from({ length: N ** 3 }, (_, p) =>
    inside(at(Math.floor(p / (N * N))), at(Math.floor(p / N) % N), at(p % N)) ? 1 : -1,
  );
  return { n: N, raw };
}

/** Coverage of a predicate of picture coordinates: u to the right, v up, both -1..1. */
function alphaOf(inside: (u: number, v: number) => boolean): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, p) => {
    const u = ((p % SIZE) + 0.5) / (SIZE / 2) - 1;
    const v = 1 - (Math.floor(p / SIZE) + 0.5) / (SIZE / 2);
    return inside(u, v) ? 1 : 0;
  });
}

const uprightL = (u: number, v: number) => u < -0.2 || v < -0.2;

silhouette("a field with the picture's outline scores near 1 whatever its size and place", () => {
  const field = densityOf((x, y, z) => {
    const [u, v] = [(y - 0.3) / 0.5, (z + 0.2) / 0.5];
    return Math.abs(x) < 0.3 && Math.abs(u) < 1 && Math.abs(v) < 1 && uprightL(u, v);
  });
  const overlap = silhouetteOverlap(field, 0, AXES, alphaOf(uprightL), SIZE);
  assert.ok(overlap > 1 - LATTICE_TOLERANCE, `overlap ${overlap}`);
});

silhouette("a mirrored or upside-down outline scores clearly lower", () => {
  const box = (x: number, y: number, z: number) =>
    Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) < 0.5;
  const mirrored = densityOf((x, y, z) => box(x, y, z) && uprightL(-y * 2, z * 2));
  const upsideDown = densityOf((x, y, z) => box(x, y, z) && uprightL(y * 2, -z * 2));
  const alpha = alphaOf(uprightL);
  // Both share the 0.4 of the square that is their horizontal arm; their union is 0.4 + 0.6 * 0.8.
  const shared = 0.4 / 0.88;
  for (const field of [mirrored, upsideDown]) {
    const overlap = silhouetteOverlap(field, 0, AXES, alpha, SIZE);
    assert.ok(Math.abs(overlap - shared) < LATTICE_TOLERANCE, `overlap ${overlap}`);
  }
});

silhouette("an empty field or an empty picture scores 0", () => {
  const empty = densityOf(() => false);
  const full = densityOf(() => true);
  assert.is(silhouetteOverlap(empty, 0, AXES, alphaOf(uprightL), SIZE), 0);
  assert.is(
    silhouetteOverlap(
      full,
      0,
      AXES,
      alphaOf(() => false),
      SIZE,
    ),
    0,
  );
});

silhouette("a density quantile is the value that the given share does not exceed", () => {
  const density: CoarseDensity = { n: 2, raw: Float32Array.from([7, 0, 3, 1, 6, 2, 5, 4]) };
  assert.is(densityQuantile(density, 0), 0);
  assert.is(densityQuantile(density, 0.5), 4);
  assert.is(densityQuantile(density, 1), 7);
});

silhouette.run();
