import { suite } from "uvu";
import * as assert from "uvu/assert";
import { boundsOf, checkManifold, measureMesh } from "../../../plugin/mesh/measure.ts";
import { addNormals } from "../../../plugin/mesh/normals.ts";
import { assertClose } from "../../helpers/det.ts";
import {
  box,
  inverted,
  join,
  levelSet,
  meshOf,
  sphereField,
  torus,
} from "../../helpers/surfaces.ts";

const test = suite("mesh/measure");

/** An inscribed surface with edges of a fiftieth of the radius loses about (1/50)^2 of its size. */
const INSCRIBED = 1e-3;

test("a box measures as closed, with its area, volume and Euler number 2", () => {
  const measures = measureMesh(box([0, 0, 0], [1, 2, 3]));
  assert.equal(measures, {
    triangles: 12,
    positions: 8,
    bounds: { min: [0, 0, 0], max: [1, 2, 3] },
    area: 22,
    volume: 6,
    components: 1,
    euler: 2,
    manifoldness: {
      boundaryEdges: 0,
      nonManifoldEdges: 0,
      inconsistentEdges: 0,
      degenerateTriangles: 0,
      closed: true,
    },
  });
});

test("a sphere has volume 4/3 pi r^3 and area 4 pi r^2", () => {
  const radius = 0.8;
  const { volume, area, euler } = measureMesh(levelSet(sphereField(radius), 100));
  assertClose("volume", volume / ((4 / 3) * Math.PI * radius ** 3), 1, INSCRIBED);
  assertClose("area", area / (4 * Math.PI * radius ** 2), 1, INSCRIBED);
  assert.is(euler, 2);
});

test("a torus has volume 2 pi^2 R r^2, area 4 pi^2 R r and Euler number 0", () => {
  const { volume, area, euler } = measureMesh(torus(0.6, 0.2, 300, 150));
  assertClose("volume", volume / (2 * Math.PI ** 2 * 0.6 * 0.2 ** 2), 1, INSCRIBED);
  assertClose("area", area / (4 * Math.PI ** 2 * 0.6 * 0.2), 1, INSCRIBED);
  assert.is(euler, 0);
});

test("vertices split for sharp normals do not open the surface", () => {
  const split = addNormals(box([0, 0, 0], [1, 1, 1]));
  assert.is(split.positions.length / 3, 24);
  assert.is(measureMesh(split).positions, 8);
  assert.is(measureMesh(split).components, 1);
  assert.ok(measureMesh(split).manifoldness.closed);
});

test("a missing triangle leaves three boundary edges", () => {
  const { positions, triangles, colours } = box([0, 0, 0], [1, 1, 1]);
  const open = { positions, colours, triangles: triangles.slice(3) };
  const { boundaryEdges, closed } = measureMesh(open).manifoldness;
  assert.is(boundaryEdges, 3);
  assert.not(closed);
});

test("a triangle turned round leaves three inconsistent edges", () => {
  const whole = box([0, 0, 0], [1, 1, 1]);
  const triangles = whole.triangles.slice();
  triangles.set([triangles[0], triangles[2], triangles[1]], 0);
  const { inconsistentEdges, closed } = measureMesh({ ...whole, triangles }).manifoldness;
  assert.is(inconsistentEdges, 3);
  assert.not(closed);
});

test("two boxes that share an edge have a non-manifold edge there", () => {
  const mesh = join(box([0, 0, 0], [1, 1, 1]), box([1, 1, 0], [2, 2, 1]));
  assert.ok(checkManifold(mesh).closed, "by index the boxes are apart");
  const { nonManifoldEdges, closed } = measureMesh(mesh).manifoldness;
  assert.is(nonManifoldEdges, 1);
  assert.not(closed);
});

test("triangles of no area are counted, whether corners coincide or lie on a line", () => {
  const positions = [0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0];
  const mesh = meshOf(positions, [0, 1, 2, 0, 0, 3, 0, 1, 3]);
  assert.is(measureMesh(mesh).manifoldness.degenerateTriangles, 2);
});

test("an inverted surface has negative volume", () => {
  assert.is(measureMesh(inverted(box([0, 0, 0], [1, 2, 3]))).volume, -6);
});

test("bounds ignore vertices that no triangle uses", () => {
  const mesh = meshOf([9, 9, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0], [1, 2, 3]);
  assert.equal(boundsOf(mesh), { min: [0, 0, 0], max: [1, 1, 0] });
});

test("an empty mesh measures as nothing at the origin", () => {
  const { triangles, positions, euler, bounds } = measureMesh(join());
  assert.equal([triangles, positions, euler], [0, 0, 0]);
  assert.equal(bounds, { min: [0, 0, 0], max: [0, 0, 0] });
});

test.run();
