import { suite } from "uvu";
import * as assert from "uvu/assert";
import { measureDeviation } from "../../../plugin/mesh/deviation.ts";
import { TriangleTree } from "../../../plugin/mesh/triangle-tree.ts";
import { assertClose, det } from "../../helpers/det.ts";
import { box, levelSet, meshOf, sphereField, torus } from "../../helpers/surfaces.ts";

const test = suite("mesh/deviation");

/** f32 coordinates of order 1. */
const ROUNDING = 1e-6;

test("a mesh does not stray from itself", () => {
  const mesh = torus(0.6, 0.2, 60, 30);
  assertClose("deviation", measureDeviation(mesh, mesh), 0, ROUNDING);
});

test("distances to a box are those of the closed form, inside and outside", () => {
  const tree = new TriangleTree(box([-0.5, -0.3, -0.2], [0.5, 0.3, 0.2]));
  const points = det([600], 7, 1.5);
  for (let at = 0; at < points.length; at += 3) {
    const [x, y, z] = points.subarray(at, at + 3);
    const q = [Math.abs(x) - 0.5, Math.abs(y) - 0.3, Math.abs(z) - 0.2];
    const outside = Math.hypot(...q.map((value) => Math.max(value, 0)));
    const inside = Math.max(...q);
    const expected = inside < 0 ? -inside : outside;
    assertClose(`point ${x}, ${y}, ${z}`, tree.distanceTo(x, y, z), expected, ROUNDING);
  }
});

test("distances to a fine sphere are radius differences", () => {
  const tree = new TriangleTree(levelSet(sphereField(0.7), 60));
  /** Facets of one lattice cell h cut the sphere by up to h^2 / 8r, its diagonal by 3 times that. */
  const sagitta = (3 * (2 / 59) ** 2) / (8 * 0.7);
  for (const point of [
    [0, 0, 0],
    [0.2, 0.1, -0.3],
    [1, 1, 1],
    [0.7, 0, 0],
  ]) {
    const expected = Math.abs(Math.hypot(...point) - 0.7);
    const [x, y, z] = point;
    assertClose(`from ${point}`, tree.distanceTo(x, y, z), expected, sagitta);
  }
});

test("the deviation is a share of the original's longest side", () => {
  const original = box([0, 0, 0], [4, 1, 1]);
  const shorter = box([0, 0, 0], [3, 1, 1]);
  assertClose("deviation", measureDeviation(original, shorter), 1 / 4, ROUNDING);
});

test("a triangle without area is as far as its edges", () => {
  const tree = new TriangleTree(meshOf([0, 0, 0, 1, 0, 0, 2, 0, 0], [0, 1, 2]));
  assertClose("above", tree.distanceTo(0.5, 3, 0), 3, ROUNDING);
  assertClose("beyond", tree.distanceTo(5, 4, 0), 5, ROUNDING);
});

test("meshes without extent have no deviation", () => {
  const point = meshOf([1, 1, 1, 1, 1, 1, 1, 1, 1], [0, 1, 2]);
  assert.is(measureDeviation(point, point), 0);
});

test.run();
