import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, InputError, ModelError } from "../../../plugin/core/errors.ts";
import type { FoldedField } from "../../../plugin/core/field.ts";
import { referenceKernels } from "../../../plugin/kernels/reference.ts";
import { assertClose } from "../../helpers/det.ts";
import {
  ballBeyondBoxField,
  RELU_ACTIVATIONS,
  randomField,
  rodField,
  SILU_ACTIVATIONS,
  sheetField,
  sumField,
  torusField,
  touchingSpheresField,
} from "../../helpers/fields.ts";
import {
  assertClosedManifold,
  assertSameTriangles,
  enclosedVolume,
  eulerNumber,
} from "../../helpers/mesh-invariants.ts";

/** Positions of order 0.1 in f32, on a field that is linear there. */
const ROUNDING = 1e-6;

const test = suite("reference kernels");

const extract = (field: FoldedField, resolution: number, method: "sparse" | "dense", level = 0) =>
  referenceKernels.extract(field, { resolution, level, method });

const SHAPES: Record<string, FoldedField> = {
  "two sheets closer than a brick": sheetField(16),
  "a thin rod": rodField(16),
  "a torus": torusField(16),
  "8 touching spheres": touchingSpheresField(20),
  "a ball beyond the box": ballBeyondBoxField(8),
  "all inside": sumField(4, { xy: () => 1 }),
  "all outside": sumField(4, { xy: () => -1 }),
};

for (const [name, field] of Object.entries(SHAPES)) {
  test(`${name}: sparse is dense, closed, and cheaper`, async () => {
    const sparse = await extract(field, 48, "sparse");
    const dense = await extract(field, 48, "dense");
    assertSameTriangles(sparse, dense, name);
    assertClosedManifold(sparse);
    assert.is(sparse.stats.activeCells, dense.stats.activeCells);
    assert.is(sparse.stats.misses, 0);
    assert.is(dense.stats.evaluatedPoints, 48 ** 3);
    assert.ok(sparse.stats.evaluatedPoints < 0.5 * 48 ** 3, `${sparse.stats.evaluatedPoints}`);
  });
}

test("a torus has the volume and the Euler number of a torus", async () => {
  const { positions, triangles } = await extract(torusField(32), 64, "sparse");
  // Planes are linear between texels 1/16 apart: x^2 is off by up to (1/32)^2, of a radius of 1/4.
  const expected = 2 * Math.PI ** 2 * 0.6 * 0.25 ** 2;
  assert.is(eulerNumber({ positions, triangles }), 0);
  assertClose("volume", enclosedVolume({ positions, triangles }), expected, 0.03 * expected);
});

test("two sheets that no coarse lattice point lies between are both found", async () => {
  const { positions } = await extract(sheetField(16), 48, "sparse");
  const x = positions.filter((_, i) => i % 3 === 0);
  const [low, high] = [Math.min(...x), Math.max(...x)];
  // 0.75 texels of 1/8 around the texel centre 0.0625: 0.0156..0.1094, linear in between.
  assertClose("first sheet", low, 0.0625 - 0.375 / 8, ROUNDING);
  assertClose("second sheet", high, 0.0625 + 0.375 / 8, ROUNDING);
});

/**
 * Fields per activation: 1000 in all. Most are seen on a coarse lattice, three points to a texel,
 * because dense extraction takes the time; one in ten on a finer one, with its larger bricks.
 */
const RANDOM_FIELDS = 500;
const COARSE = 13;
const FINE = 24;

for (const activations of [RELU_ACTIVATIONS, SILU_ACTIVATIONS]) {
  const kind = activations.hidden;

  test(`${RANDOM_FIELDS} random ${kind} fields: sparse is dense to the bit, no bound is wrong`, async () => {
    const total = { misses: 0, evaluated: 0, lattice: 0, surfaces: 0, bounded: 0 };
    for (let seed = 1; seed <= RANDOM_FIELDS; seed++) {
      const gain = [0.7, 1.5, 3][seed % 3];
      const hidden = [[6], [6, 6], [8, 6]][seed % 3];
      const { field } = randomField(seed, { hidden, gain, activations });
      const resolution = (seed % 10 === 0 ? FINE : COARSE) + (seed % 7);
      const level = await typicalLevel(field);
      const sparse = await extract(field, resolution, "sparse", level);
      assertSameTriangles(sparse, await extract(field, resolution, "dense", level), `seed ${seed}`);
      if (seed % 10 === 0) assertClosedManifold(sparse, `seed ${seed}`);
      total.misses += sparse.stats.misses;
      total.bounded += sparse.stats.boundedBlocks;
      total.evaluated += sparse.stats.evaluatedPoints;
      total.lattice += resolution ** 3;
      if (sparse.triangles.length > 0) total.surfaces++;
    }
    const share = ((100 * total.evaluated) / total.lattice).toFixed(1);
    console.log(
      `sparse extraction, ${kind}: ${total.misses} misses in ${total.bounded} bounds; ` +
        `${share}% of the lattice evaluated`,
    );
    assert.is(total.misses, 0);
    assert.ok(total.surfaces > 0.9 * RANDOM_FIELDS, `${total.surfaces} fields have a surface`);
  });
}

/** Density at an arbitrary point: most fields cross it somewhere. */
async function typicalLevel(field: FoldedField): Promise<number> {
  const [density] = await referenceKernels.evaluate(field, Float32Array.of(0.31, -0.12, 0.44));
  return density;
}

test("the surface lies where density meets the level", async () => {
  const { field } = randomField(12);
  const level = await typicalLevel(field);
  const { positions } = await extract(field, 64, "sparse", level);
  const values = await referenceKernels.evaluate(field, positions);
  const spread = await typicalSpread(field);
  for (let v = 0; v < positions.length / 3; v++) {
    if (positions.subarray(3 * v, 3 * v + 3).some((x) => Math.abs(x) === 1)) continue;
    // The field is linear along an edge but for texel lines and ReLUs: a few percent of its range.
    assertClose(`vertex ${v}`, values[4 * v], level, 0.05 * spread);
  }
});

async function typicalSpread(field: FoldedField): Promise<number> {
  const corners = Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i * 12.9898));
  const values = (await referenceKernels.evaluate(field, corners)).filter((_, i) => i % 4 === 0);
  return Math.max(...values) - Math.min(...values);
}

for (const method of ["sparse", "dense"] as const) {
  test(`${method}: NaN in the planes is refused by the first lattice point it reaches`, async () => {
    const { field } = randomField(1);
    const planes = field.planes.map(() => Number.NaN);
    try {
      await extract({ ...field, planes }, 24, method);
      assert.unreachable("accepted");
    } catch (error) {
      assert.instance(error, ModelError);
      assert.match(String(error), "lattice point (0, 0, 0) is NaN");
    }
  });

  test(`${method}: an abort ends it; progress rises to 1`, async () => {
    const progress: number[] = [];
    await referenceKernels.extract(
      torusField(8),
      { resolution: 24, level: 0, method },
      { onProgress: (fraction) => progress.push(fraction) },
    );
    assert.equal(
      progress,
      [...progress].sort((a, b) => a - b),
    );
    assert.is(progress.at(-1), 1);
    const abort = new AbortController();
    const options = { signal: abort.signal, onProgress: () => abort.abort() };
    try {
      await referenceKernels.extract(torusField(8), { resolution: 24, level: 0, method }, options);
      assert.unreachable("not cancelled");
    } catch (error) {
      assert.instance(error, CancelledError);
    }
  });
}

for (const resolution of [1, 2049, 24.5, Number.NaN]) {
  test(`a resolution of ${resolution} is refused`, async () => {
    try {
      await extract(torusField(8), resolution, "sparse");
      assert.unreachable("accepted");
    } catch (error) {
      assert.instance(error, InputError);
    }
  });
}

test("a volume that does not fill its grid is refused", async () => {
  try {
    await referenceKernels.marchingCubes(new Float32Array(7), [2, 2, 2], 0, true);
    assert.unreachable("accepted");
  } catch (error) {
    assert.match(String(error), "7 values for a grid of 2 x 2 x 2");
  }
});

test.run();
