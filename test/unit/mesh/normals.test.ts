import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addNormals } from "../../../plugin/mesh/normals.ts";
import { assertClose } from "../../helpers/det.ts";
import { box, levelSet, meshOf, sphereField, torus } from "../../helpers/surfaces.ts";

const test = suite("mesh/normals");

/** f32 unit vectors. */
const ROUNDING = 1e-6;
/** Radians: a facet spans one lattice cell, 2 / 63, of a sphere of radius 0.8. */
const SPHERE_TILT = 2 / 63 / 0.8;

const vectorAt = (array: Float32Array, vertex: number) =>
  Array.from(array.subarray(3 * vertex, 3 * vertex + 3));
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);

test("a cube keeps sharp edges: each corner has one vertex per face, along an axis", () => {
  const mesh = addNormals(box([0, 0, 0], [1, 1, 1]));
  assert.is(mesh.positions.length / 3, 24);
  for (let corner = 0; corner < mesh.triangles.length; corner++) {
    const normal = vectorAt(mesh.normals, mesh.triangles[corner]);
    assert.equal(normal.map(Math.abs).sort(), [0, 0, 1], `corner ${corner}`);
  }
});

test("above 90 degrees of crease a cube's corners are shared and point along its diagonals", () => {
  const mesh = addNormals(box([-1, -1, -1], [1, 1, 1]), { creaseAngle: 100 });
  assert.is(mesh.positions.length / 3, 8);
  for (let vertex = 0; vertex < 8; vertex++) {
    const cosine = dot(vectorAt(mesh.normals, vertex), vectorAt(mesh.positions, vertex));
    // Faces count by angle, so the diagonals across some faces do not tilt the average.
    assertClose(`vertex ${vertex}`, cosine / Math.sqrt(3), 1, ROUNDING);
  }
});

test("a sphere is smooth: no vertex is split and normals point away from the centre", () => {
  const sphere = levelSet(sphereField(0.8), 64);
  const mesh = addNormals(sphere);
  assert.is(mesh.positions.length, sphere.positions.length);
  assert.equal(mesh.triangles, sphere.triangles);
  for (let vertex = 0; vertex < mesh.positions.length / 3; vertex++) {
    const cosine = dot(vectorAt(mesh.normals, vertex), vectorAt(mesh.positions, vertex)) / 0.8;
    assert.ok(cosine > Math.cos(SPHERE_TILT), `vertex ${vertex}: cosine ${cosine}`);
  }
});

test("normals of a fine torus are those of the torus", () => {
  const mesh = addNormals(torus(0.6, 0.2, 200, 100));
  for (let vertex = 0; vertex < mesh.positions.length / 3; vertex++) {
    const [x, y, z] = vectorAt(mesh.positions, vertex);
    const around = Math.hypot(x, y);
    const outward = [(x - (0.6 * x) / around) / 0.2, (y - (0.6 * y) / around) / 0.2, z / 0.2];
    const cosine = dot(vectorAt(mesh.normals, vertex), outward);
    assert.ok(cosine > Math.cos(SPHERE_TILT), `vertex ${vertex}: cosine ${cosine}`);
  }
});

test("the crease angle decides: a roof of 60 degrees is smooth above it and sharp below", () => {
  // Two faces along the x axis whose normals are 60 degrees apart.
  const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  const roof = meshOf([0, 0, 0, 1, 0, 0, 0, c, -s, 0, -c, -s], [0, 1, 2, 1, 0, 3]);
  assert.is(addNormals(roof, { creaseAngle: 61 }).positions.length / 3, 4);
  assert.is(addNormals(roof, { creaseAngle: 59 }).positions.length / 3, 6);
});

test("split vertices keep position and colour", () => {
  const source = box([0, 0, 0], [1, 2, 3], [0.2, 0.4, 0.6]);
  const mesh = addNormals(source);
  source.triangles.forEach((vertex, corner) => {
    const split = mesh.triangles[corner];
    assert.equal(vectorAt(mesh.positions, split), vectorAt(source.positions, vertex));
    assert.equal(vectorAt(mesh.colours, split), vectorAt(source.colours, vertex));
  });
});

test("triangles of no area neither split vertices nor spoil normals", () => {
  // A square of two triangles with a vertex on its diagonal's end, joined by a triangle of no area.
  const positions = [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0.5, 0.5, 0];
  const mesh = addNormals(meshOf(positions, [0, 1, 2, 0, 2, 4, 0, 4, 3, 4, 2, 3]));
  assert.is(mesh.positions.length / 3, 5);
  for (let vertex = 0; vertex < 5; vertex++) {
    assert.equal(vectorAt(mesh.normals, vertex), [0, 0, 1]);
  }
});

test("a mesh of nothing but degenerate triangles still gets unit normals", () => {
  const mesh = addNormals(meshOf([0, 0, 0, 1, 0, 0, 2, 0, 0], [0, 1, 2]));
  assert.equal(vectorAt(mesh.normals, 0), [0, 1, 0]);
});

test("an empty mesh stays empty", () => {
  assert.is(addNormals(meshOf([], [])).normals.length, 0);
});

test.run();
