import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type BlockBounds, type BlockField, TERMS } from "../../../plugin/core/block-field.ts";
import type { FoldedField } from "../../../plugin/core/field.ts";
import type { TriangleMesh } from "../../../plugin/core/mesh.ts";
import { latticeCoordinate } from "../../../plugin/field/lattice-texels.ts";
import { extractBlocks } from "../../../plugin/kernels/block-surface.ts";
import { openNativeKernels } from "../../../plugin/kernels/native.ts";
import { referenceKernels } from "../../../plugin/kernels/reference.ts";
import { assertAllClose, det } from "../../helpers/det.ts";
import {
  ballBeyondBoxField,
  RELU_ACTIVATIONS,
  randomField,
  rodField,
  SILU_ACTIVATIONS,
  sheetField,
  torusField,
  touchingSpheresField,
} from "../../helpers/fields.ts";
import { assertClosedManifold, assertSameTriangles } from "../../helpers/mesh-invariants.ts";
import { testUnless } from "../../helpers/skip.ts";
import { addonUnavailable } from "./addon.ts";

/**
 * Raw densities of the test fields are below 30 and summed in f32 in another order than the
 * reference's: some 100 roundings of 6e-8 each, and colours are less steep.
 */
const VALUE_TOLERANCE = 1e-4;
/** A density off by 1e-5 moves a vertex by that over the slope, which is rarely below 0.1. */
const POSITION_TOLERANCE = 1e-4;

const parity = suite("native kernels, parity with TypeScript");
const test = (name: string, body: () => void | Promise<void>) =>
  testUnless(addonUnavailable, parity, name, body);

const native = () => openNativeKernels(fileURLToPath(new URL("../../../native", import.meta.url)));

const FIELDS: Record<string, FoldedField> = {
  "two close sheets": sheetField(16),
  "a thin rod": rodField(16),
  "a torus": torusField(16),
  "8 touching spheres": touchingSpheresField(20),
  "a ball beyond the box": ballBeyondBoxField(8),
  "random field 1": randomField(1).field,
  "random field 2, odd widths": randomField(2, { channels: 3, hidden: [5, 17, 3] }).field,
  "random field 3, one layer": randomField(3, { hidden: [20] }).field,
  "random SiLU field": randomField(4, { activations: SILU_ACTIVATIONS }).field,
  "random SiLU field of 10 layers": randomField(5, {
    hidden: Array(9).fill(17),
    activations: SILU_ACTIVATIONS,
    gain: 2,
  }).field,
};

test("values at points agree", async () => {
  const points = det([200, 3], 9, 1.2);
  for (const [name, field] of Object.entries(FIELDS)) {
    const expected = await referenceKernels.evaluate(field, points);
    assertAllClose(name, await native().evaluate(field, points), expected, VALUE_TOLERANCE);
  }
});

test("surfaces of fields agree, and sparse is dense", async () => {
  for (const [name, field] of Object.entries(FIELDS)) {
    const request = { resolution: 40, level: 0.01 };
    const sparse = await native().extract(field, { ...request, method: "sparse" });
    const dense = await native().extract(field, { ...request, method: "dense" });
    const reference = await referenceKernels.extract(field, { ...request, method: "sparse" });
    assert.equal(sparse.positions, dense.positions, name);
    assert.equal(sparse.triangles, dense.triangles, name);
    assert.is(sparse.stats.misses, 0, name);
    assert.is(sparse.stats.activeCells, reference.stats.activeCells, name);
    assertClosedManifold(sparse, name);
    assertNear(sparse, reference, name);
  }
});

test("marching cubes gives the reference's triangles", async () => {
  const cases = [
    { size: [5, 6, 7], levels: 3 },
    { size: [18, 17, 33], levels: 1000 },
    { size: [1, 4, 1], levels: 2 },
  ] as const;
  for (const { size, levels } of cases) {
    const volume = det(size, 13).map((value) => Math.round(value * levels) / levels);
    for (const closed of [true, false]) {
      const actual = await native().marchingCubes(volume, size, 0, closed);
      const expected = await referenceKernels.marchingCubes(volume, size, 0, closed);
      const name = `${size.join(" x ")}${closed ? ", closed" : ""}`;
      if (levels > 10) assertSameTriangles(actual, expected, name);
      assert.is(actual.positions.length, expected.positions.length, name);
      assert.is(actual.triangles.length, expected.triangles.length, name);
      if (closed) assertClosedManifold(actual, name);
    }
  }
});

test("1,000 random fields: sparse is dense and nothing is missed", async () => {
  const kernels = native();
  let misses = 0;
  let surfaces = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const activations = seed % 2 === 0 ? RELU_ACTIVATIONS : SILU_ACTIVATIONS;
    const { field } = randomField(seed, { activations });
    const request = { resolution: 24, level: 0 };
    const sparse = await kernels.extract(field, { ...request, method: "sparse" });
    const dense = await kernels.extract(field, { ...request, method: "dense" });
    assert.equal(sparse.positions, dense.positions, `positions, seed ${seed}`);
    assert.equal(sparse.triangles, dense.triangles, `triangles, seed ${seed}`);
    misses += sparse.stats.misses;
    if (sparse.triangles.length > 0) surfaces++;
  }
  console.log(`native sparse extraction: ${misses} misses on ${surfaces} surfaces`);
  assert.is(misses, 0);
});

test("bounds of either kernels serve an evaluator of its own: no misses, and sparse is dense", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const activations = seed % 2 === 0 ? RELU_ACTIVATIONS : SILU_ACTIVATIONS;
    const { field } = randomField(seed, { activations, gain: [0.7, 2.5][seed % 2] });
    const resolution = 33;
    const evaluate = singlePrecisionEvaluator(field, resolution);
    const unknown: BlockField = { ...everywhereUnknown(resolution), evaluate };
    const [level] = await native().evaluate(field, Float32Array.of(0.31, -0.12, 0.44));
    const dense = await extractBlocks(unknown, level);
    for (const kernels of [native(), referenceKernels]) {
      const field33 = { ...kernels.blockBounds(field, resolution), evaluate };
      const sparse = await extractBlocks(field33, level);
      assertSameTriangles(sparse, dense, `seed ${seed}, ${kernels.name}`);
      assert.is(sparse.stats.misses, 0);
      assert.ok(sparse.stats.evaluatedPoints < dense.stats.evaluatedPoints);
    }
  }
});

/** The native values at lattice points: computed in f32, unlike those of the reference. */
function singlePrecisionEvaluator(field: FoldedField, resolution: number): BlockField["evaluate"] {
  return async ({ boxes, offsets, points }) => {
    const coordinates = new Float32Array(3 * points.length);
    for (let n = 0; n + 1 < offsets.length; n++) {
      const [i, j, k, , j1, k1] = boxes.subarray(6 * n, 6 * n + 6);
      const [nj, nk] = [j1 - j + 1, k1 - k + 1];
      for (let p = offsets[n]; p < offsets[n + 1]; p++) {
        const row = Math.floor(points[p] / nk);
        coordinates[3 * p] = latticeCoordinate(i + Math.floor(row / nj), resolution);
        coordinates[3 * p + 1] = latticeCoordinate(j + (row % nj), resolution);
        coordinates[3 * p + 2] = latticeCoordinate(k + (points[p] % nk), resolution);
      }
    }
    const values = await native().evaluate(field, coordinates);
    return values.filter((_, at) => at % 4 === 0);
  };
}

function everywhereUnknown(resolution: number): BlockBounds {
  const every = Int32Array.of(0);
  return {
    resolution,
    pieces: [every, every, every],
    bound: async (boxes) =>
      new Float64Array((boxes.length / 6) * 2 * TERMS).map((_, at) =>
        at % TERMS > 0 ? 0 : at % (2 * TERMS) === 0 ? -Infinity : Infinity,
      ),
  };
}

test("native bounds are about as tight as those of the reference", async () => {
  const { field } = randomField(6, { size: 16, gain: 1, activations: SILU_ACTIVATIONS });
  const boxes = Int32Array.of(10, 20, 30, 13, 23, 33, 40, 5, 60, 44, 9, 63);
  const ours = await native().blockBounds(field, 65).bound(boxes);
  const reference = await referenceKernels.blockBounds(field, 65).bound(boxes);
  for (const at of [0, 2 * TERMS]) {
    const gap = (functions: Float64Array) => functions[at + TERMS] - functions[at];
    assert.ok(gap(ours) > 0 && gap(ours) < 2 * gap(reference), `${gap(ours)} ${gap(reference)}`);
  }
});

/** As many triangles, and every vertex close to one of the other mesh. */
function assertNear(actual: TriangleMesh, expected: TriangleMesh, name: string): void {
  assert.is(actual.triangles.length, expected.triangles.length, `${name}: triangles`);
  assert.is(actual.positions.length, expected.positions.length, `${name}: vertices`);
  const key = (x: number, y: number, z: number) => `${x} ${y} ${z}`;
  const cell = (value: number) => Math.round(value / (4 * POSITION_TOLERANCE));
  const grid = new Set<string>();
  const { positions } = expected;
  for (let v = 0; v < positions.length; v += 3) {
    for (let n = 0; n < 27; n++) {
      const offset = [Math.floor(n / 9) - 1, (Math.floor(n / 3) % 3) - 1, (n % 3) - 1];
      const [x, y, z] = offset.map((step, axis) => cell(positions[v + axis]) + step);
      grid.add(key(x, y, z));
    }
  }
  for (let v = 0; v < actual.positions.length; v += 3) {
    const [x, y, z] = actual.positions.subarray(v, v + 3);
    assert.ok(grid.has(key(cell(x), cell(y), cell(z))), `${name}: vertex ${v / 3} has no partner`);
  }
}

parity.run();
