import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findComponents } from "../../../plugin/mesh/components.ts";
import { checkManifold } from "../../../plugin/mesh/measure.ts";
import { removePinches } from "../../../plugin/mesh/pinches.ts";
import { box, join, torus } from "../../helpers/surfaces.ts";

const test = suite("mesh/pinches");

const mend = (mesh: ReturnType<typeof box>) => ({
  ...mesh,
  triangles: removePinches(mesh.triangles, mesh.positions.length / 3),
});

/** The mesh with vertices renamed: `names` maps old to new. */
const merged = (mesh: ReturnType<typeof box>, names: ReadonlyMap<number, number>) => ({
  ...mesh,
  triangles: mesh.triangles.map((vertex) => names.get(vertex) ?? vertex),
});

test("a manifold surface is returned as it is", () => {
  const { triangles, positions } = torus(0.6, 0.2, 20, 10);
  assert.is(removePinches(triangles, positions.length / 3), triangles);
});

test("a flap, two triangles back to back on one edge, is dropped", () => {
  const mesh = box([0, 0, 0], [1, 1, 1]);
  const [a, b] = mesh.triangles;
  const flapped = {
    ...mesh,
    positions: Float32Array.from([...mesh.positions, 2, 2, 2]),
    triangles: Uint32Array.from([...mesh.triangles, a, b, 8, b, a, 8]),
  };
  assert.is(checkManifold(flapped).nonManifoldEdges, 1);
  assert.equal(mend(flapped).triangles, mesh.triangles);
});

test("two boxes joined in an edge become two closed surfaces", () => {
  // Vertices 3 and 7 of the first box are 0 and 4 of the second.
  const pair = join(box([0, 0, 0], [1, 1, 1]), box([1, 1, 0], [2, 2, 1]));
  const names = new Map([
    [8, 3],
    [12, 7],
  ]);
  const joined = merged(pair, names);
  assert.is(checkManifold(joined).nonManifoldEdges, 1);
  const mended = mend(joined);
  assert.ok(checkManifold(mended).closed);
  assert.is(mended.triangles.length / 3, 20);
  const { components } = findComponents(mended);
  assert.equal(
    components.map(({ volume }) => volume > 0),
    [true, true],
  );
});

test("a ring pinched to an edge is cut there and stays closed", () => {
  // Opposite sides of the tube's cross-section merge along one edge of the ring.
  const along = 10;
  const ring = torus(0.6, 0.2, 20, along);
  const names = new Map([
    [2, 7],
    [along + 2, along + 7],
  ]);
  const pinched = merged(ring, names);
  assert.ok(checkManifold(pinched).nonManifoldEdges > 0);
  const mended = mend(pinched);
  assert.ok(checkManifold(mended).closed);
  assert.ok(mended.triangles.length > ring.triangles.length * 0.9);
});

test("the given triangles are not modified", () => {
  const pair = merged(
    join(box([0, 0, 0], [1, 1, 1]), box([1, 1, 0], [2, 2, 1])),
    new Map([
      [8, 3],
      [12, 7],
    ]),
  );
  const before = pair.triangles.slice();
  mend(pair);
  assert.equal(pair.triangles, before);
});

test.run();
