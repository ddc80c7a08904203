import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cleanMesh } from "../../../plugin/mesh/clean.ts";
import { checkManifold, measureMesh } from "../../../plugin/mesh/measure.ts";
import { assertClose } from "../../helpers/det.ts";
import { box, inverted, join, levelSet, meshOf, sphereField } from "../../helpers/surfaces.ts";

const test = suite("mesh/clean");

/** Sums of f32 coordinates of order 1. */
const ROUNDING = 1e-6;

const body = box([-1, -1, -1], [1, 1, 1]); // volume 8, area 24

test("a component of under 2% of the volume is dropped and reported", () => {
  const { mesh, floaters, innerShells } = cleanMesh(join(body, box([2, 0, 0], [2.5, 0.5, 0.5])));
  assert.equal(mesh.triangles, body.triangles);
  assert.equal(mesh.positions, body.positions);
  assert.is(floaters.components, 1);
  assertClose("volume share", floaters.volumeShare, 0.125 / 8.125, ROUNDING);
  assert.is(innerShells.components, 0);
});

test("a component of over 2% of the volume stays", () => {
  const mesh = join(body, box([2, 0, 0], [2.6, 0.6, 0.6])); // 0.216 of 8.216: 2.6%
  assert.is(cleanMesh(mesh).mesh, mesh);
});

test("the share is an option", () => {
  const mesh = join(body, box([2, 0, 0], [2.6, 0.6, 0.6]));
  assert.is(cleanMesh(mesh, { floaterShare: 0.03 }).floaters.components, 1);
  assert.is(cleanMesh(mesh, { floaterShare: 0 }).floaters.components, 0);
});

test("a thin sheet stays: little volume, but much area", () => {
  const sheet = box([2, -1, -1], [2.01, 1, 1]); // 0.5% of the volume, 25% of the area
  const mesh = join(body, sheet);
  assert.is(cleanMesh(mesh).mesh, mesh);
});

test("cavities and what is inside them are dropped as inner shells", () => {
  const cavity = inverted(box([-0.8, -0.8, -0.8], [0.8, 0.8, 0.8]));
  const kernel = box([-0.5, -0.5, -0.5], [0.5, 0.5, 0.5]);
  const { mesh, floaters, innerShells } = cleanMesh(join(body, cavity, kernel));
  assert.equal(mesh.triangles, body.triangles);
  assert.is(innerShells.components, 2);
  assert.is(floaters.components, 0);
});

test("a solid beside the body but within a cavity's bounds stays", () => {
  // An L-shaped cavity's bounds hold the small ball in its notch; the notch is open to the outside.
  const field = (x: number, y: number, z: number) => {
    const outer = 0.9 - Math.max(Math.abs(x), Math.abs(y), Math.abs(z));
    const notch = Math.max(-x, -y, Math.abs(z) - 2);
    const cavity = Math.max(Math.abs(z) - 0.5, Math.abs(x) - 0.8, Math.abs(y) - 0.8);
    const inL = Math.max(cavity, Math.min(x, y) + 0.2);
    return Math.max(Math.min(outer, notch, inL), sphereField(0.25, [0.45, 0.45, 0])(x, y, z));
  };
  const mesh = levelSet(field, 48);
  assert.is(measureMesh(mesh).components, 3);
  const cleaned = cleanMesh(mesh, { floaterShare: 0 });
  assert.is(cleaned.innerShells.components, 1);
  assert.is(measureMesh(cleaned.mesh).components, 2);
});

test("a heap of many small parts is the object and stays", () => {
  const stones = Array.from({ length: 60 }, (_, i) => box([2 * i, 0, 0], [2 * i + 1, 1, 1]));
  const mesh = join(...stones);
  assert.is(cleanMesh(mesh).mesh, mesh);
});

test("vertices at one position are merged and the surface stays closed", () => {
  // Vertex 7 of a box in two: the triangle (7, n, p) gets 8, at the same place, and two triangles
  // of no area close the gap between the two.
  const whole = box([0, 0, 0], [1, 1, 1]);
  const at = whole.triangles.findIndex((vertex, i) => i % 3 === 0 && vertex === 7);
  const [, n, p] = whole.triangles.subarray(at, at + 3);
  const triangles = [...whole.triangles, 7, n, 8, 7, 8, p];
  triangles[at] = 8;
  const mesh = meshOf([...whole.positions, 1, 1, 1], triangles);
  assert.ok(checkManifold(mesh).closed);
  assert.is(checkManifold(mesh).degenerateTriangles, 2);

  const cleaned = cleanMesh(mesh).mesh;
  assert.is(cleaned.triangles.length / 3, 12);
  assert.is(cleaned.positions.length / 3, 8);
  assert.is(checkManifold(cleaned).degenerateTriangles, 0);
  assert.ok(checkManifold(cleaned).closed);
});

test("boxes that touch in an edge are parted", () => {
  const cleaned = measureMesh(
    cleanMesh(join(box([0, 0, 0], [1, 1, 1]), box([1, 1, 0], [2, 2, 1]))).mesh,
  );
  assert.ok(cleaned.manifoldness.closed);
  assert.ok(cleaned.volume > 1, `volume ${cleaned.volume}`);
});

test("a surface that is inside out is left alone", () => {
  const mesh = inverted(body);
  assert.is(cleanMesh(mesh).mesh, mesh);
});

test("an empty mesh stays empty", () => {
  assert.is(cleanMesh(join()).mesh.triangles.length, 0);
});

test.run();
