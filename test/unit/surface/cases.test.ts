import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CASES, EDGES } from "../../../plugin/surface/cases.ts";

const test = suite("marching cubes cases");

const corner = (c: number) => [c >> 2, (c >> 1) & 1, c & 1];
const upperCorner = (edge: number) => EDGES[edge].corner | (4 >> EDGES[edge].axis);

test("the twelve edges join corners that differ in one coordinate", () => {
  assert.is(EDGES.length, 12);
  const pairs = new Set(EDGES.map((edge, e) => `${edge.corner} ${upperCorner(e)}`));
  assert.is(pairs.size, 12);
});

test("a case uses exactly the edges whose ends differ", () => {
  CASES.forEach((edges, signs) => {
    const cut = EDGES.flatMap((edge, e) =>
      ((signs >> edge.corner) & 1) !== ((signs >> upperCorner(e)) & 1) ? [e] : [],
    );
    assert.equal(
      [...new Set(edges)].sort((a, b) => a - b),
      cut,
      `case ${signs}`,
    );
  });
});

test("within a cell a side lies in one triangle when on a face, else in two", () => {
  CASES.forEach((edges, signs) => {
    const sides = new Map<string, number>();
    for (let t = 0; t < edges.length; t += 3) {
      for (let s = 0; s < 3; s++) {
        const side = [edges[t + s], edges[t + ((s + 1) % 3)]];
        const key = side.sort((a, b) => a - b).join(" ");
        sides.set(key, (sides.get(key) ?? 0) + 1);
      }
    }
    for (const [key, count] of sides) {
      const [a, b] = key.split(" ").map(Number);
      assert.is(count, shareFace(a, b) ? 1 : 2, `case ${signs}, side ${key}`);
    }
  });
});

test("inverted signs give as many loops' worth of edges with the surface turned round", () => {
  CASES.forEach((edges, signs) => {
    const inverse = CASES[255 - signs];
    assert.equal(new Set(inverse), new Set([...edges]), `case ${signs}`);
  });
});

/** Whether two edges lie in a common face of the cell. */
function shareFace(a: number, b: number): boolean {
  const ends = [a, b].flatMap((edge) => [corner(EDGES[edge].corner), corner(upperCorner(edge))]);
  return [0, 1, 2].some((axis) => ends.every((end) => end[axis] === ends[0][axis]));
}

test.run();
