import { suite } from "uvu";
import * as assert from "uvu/assert";
import { visitEdges } from "../../../plugin/mesh/edges.ts";

const test = suite("mesh/edges");

function edgesOf(triangles: readonly number[], vertexCount: number): number[][] {
  const edges: number[][] = [];
  visitEdges(Uint32Array.from(triangles), vertexCount, (...edge) => edges.push(edge));
  return edges;
}

test("edges come once each, in order, with their uses in either direction", () => {
  //  3---2
  //  | / |
  //  0---1
  assert.equal(edgesOf([0, 1, 2, 0, 2, 3], 4), [
    [0, 1, 1, 0],
    [0, 2, 1, 1],
    [0, 3, 0, 1],
    [1, 2, 1, 0],
    [2, 3, 1, 0],
  ]);
});

test("a triangle that uses a vertex twice has one edge, there and back", () => {
  assert.equal(edgesOf([5, 5, 7], 8), [[5, 7, 1, 1]]);
  assert.equal(edgesOf([5, 5, 5], 8), []);
});

test("many triangles at one vertex are no special case", () => {
  const spokes = 1000;
  const fan = Array.from({ length: spokes }, (_, i) => [0, 1 + i, 1 + ((i + 1) % spokes)]).flat();
  const edges = edgesOf(fan, spokes + 1);
  assert.is(edges.length, 2 * spokes);
  for (let i = 0; i < spokes; i++) assert.equal(edges[i], [0, i + 1, 1, 1]);
});

test("no triangles, no edges", () => {
  assert.equal(edgesOf([], 0), []);
});

test.run();
