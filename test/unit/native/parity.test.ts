import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { FoldedField } from "../../../plugin/core/field.ts";
import type { TriangleMesh } from "../../../plugin/core/mesh.ts";
import { openNativeKernels } from "../../../plugin/kernels/native.ts";
import { referenceKernels } from "../../../plugin/kernels/reference.ts";
import { assertAllClose, det } from "../../helpers/det.ts";
import {
  ballBeyondBoxField,
  randomField,
  rodField,
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
    const { field } = randomField(seed);
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
