import * as assert from "uvu/assert";
import type { TriangleMesh } from "../../plugin/core/mesh.ts";

/**
 * Fails unless the mesh is a closed, consistently oriented 2-manifold: each directed edge occurs
 * once and its reverse once, and the triangles around each vertex form one fan.
 */
export function assertClosedManifold(mesh: TriangleMesh, label = "mesh"): void {
  const vertices = mesh.positions.length / 3;
  const following = new Map<number, number>();
  const { triangles } = mesh;
  const fanSize = new Uint32Array(vertices);
  for (let t = 0; t < triangles.length; t += 3) {
    for (let c = 0; c < 3; c++) {
      const a = triangles[t + c];
      const b = triangles[t + ((c + 1) % 3)];
      const third = triangles[t + ((c + 2) % 3)];
      const edge = a * vertices + b;
      if (following.has(edge)) assert.unreachable(`${label}: edge ${a} ${b} occurs twice`);
      following.set(edge, third);
      fanSize[a]++;
    }
  }
  for (const edge of following.keys()) {
    const a = Math.floor(edge / vertices);
    const b = edge % vertices;
    if (!following.has(b * vertices + a)) assert.unreachable(`${label}: edge ${a} ${b} is open`);
  }
  assertSingleFans(following, fanSize, vertices, label);
}

/** Walks from triangle to triangle around each vertex; it must meet all of them. */
function assertSingleFans(
  following: ReadonlyMap<number, number>,
  fanSize: Uint32Array,
  vertices: number,
  label: string,
): void {
  const walked = new Uint8Array(vertices);
  for (const [edge, third] of following) {
    const a = Math.floor(edge / vertices);
    if (walked[a] === 1) continue;
    walked[a] = 1;
    const first = edge % vertices;
    let size = 1;
    for (let spoke = third; spoke !== first; size++) {
      spoke = following.get(a * vertices + spoke) ?? first;
    }
    assert.is(size, fanSize[a], `${label}: triangles in the fan of vertex ${a}`);
  }
  const unused = walked.indexOf(0);
  assert.is(unused, -1, `${label}: vertex ${unused} is in no triangle`);
}

/** Vertices - edges + faces of a closed mesh: 2 per sphere, 0 per torus. */
export function eulerNumber(mesh: TriangleMesh): number {
  return mesh.positions.length / 3 - mesh.triangles.length / 3 / 2;
}

/** Signed volume; positive when triangles are counter-clockwise seen from outside. */
export function enclosedVolume({ positions, triangles }: TriangleMesh): number {
  let sum = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((i) => 3 * triangles[t + i]);
    const [ax, ay, az] = positions.subarray(a, a + 3);
    const [bx, by, bz] = positions.subarray(b, b + 3);
    const [cx, cy, cz] = positions.subarray(c, c + 3);
    sum += ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  }
  return sum / 6;
}

/** Fails unless both meshes have bitwise the same triangles, in whatever order. */
export function assertSameTriangles(
  actual: TriangleMesh,
  expected: TriangleMesh,
  label: string,
): void {
  assert.is(actual.positions.length / 3, expected.positions.length / 3, `${label}: vertices`);
  assert.is(actual.triangles.length / 3, expected.triangles.length / 3, `${label}: triangles`);
  const vertices = Math.max(actual.positions.length / 3, 1);
  const actualRanks = positionRanks(actual.positions);
  const expectedRanks = positionRanks(expected.positions);
  for (let i = 0; i < actualRanks.sorted.length; i++) {
    if (actualRanks.sorted[i] !== expectedRanks.sorted[i]) {
      assert.unreachable(`${label}: a vertex coordinate differs`);
    }
  }
  const actualKeys = triangleKeys(actual.triangles, actualRanks.ranks, vertices);
  const expectedKeys = triangleKeys(expected.triangles, expectedRanks.ranks, vertices);
  for (let t = 0; t < actualKeys.length; t++) {
    if (actualKeys[t] !== expectedKeys[t]) assert.unreachable(`${label}: a triangle differs`);
  }
}

/** Coordinates in the order of their points, and per vertex the rank of its point. */
function positionRanks(positions: Float32Array): { sorted: Float32Array; ranks: Uint32Array } {
  const compare = (a: number, b: number) =>
    positions[3 * a] - positions[3 * b] ||
    positions[3 * a + 1] - positions[3 * b + 1] ||
    positions[3 * a + 2] - positions[3 * b + 2];
  const order = Uint32Array.from({ length: positions.length / 3 }, (_, i) => i).sort(compare);
  const sorted = new Float32Array(positions.length);
  const ranks = new Uint32Array(order.length);
  let rank = 0;
  order.forEach((vertex, i) => {
    if (i > 0 && compare(order[i - 1], vertex) !== 0) rank = i;
    ranks[vertex] = rank;
    for (let axis = 0; axis < 3; axis++) sorted[3 * i + axis] = positions[3 * vertex + axis];
  });
  return { sorted, ranks };
}

/** One number per triangle, the same for its three rotations; sorted. Exact up to 200,000 vertices. */
function triangleKeys(triangles: Uint32Array, ranks: Uint32Array, vertices: number): Float64Array {
  const keys = new Float64Array(triangles.length / 3);
  for (let t = 0; t < keys.length; t++) {
    const a = ranks[triangles[3 * t]];
    const b = ranks[triangles[3 * t + 1]];
    const c = ranks[triangles[3 * t + 2]];
    keys[t] = Math.min(
      (a * vertices + b) * vertices + c,
      (b * vertices + c) * vertices + a,
      (c * vertices + a) * vertices + b,
    );
  }
  return keys.sort();
}
