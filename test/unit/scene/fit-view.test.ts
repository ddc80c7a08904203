import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fitView } from "../../../editor-ui/scene/fit-view.ts";

const test = suite("scene/fit-view");

/** Sums and quotients of a few doubles. */
const ROUNDING = 1e-12;

function assertClose(actual: readonly number[], expected: readonly number[]): void {
  const isClose = actual.every((value, i) => Math.abs(value - (expected[i] as number)) < ROUNDING);
  assert.ok(isClose, `${actual}: ${expected}`);
}

test("a flat square fills what it may", () => {
  const square = [-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0];
  // Half its side over the slope.
  const { position, nearest, farthest } = fitView(square, { x: 0.25, y: 0.25 });
  assertClose([...position, nearest, farthest], [0, 0, 4, 4, 4]);
});

test("what is off the middle is looked at straight", () => {
  const square = [4, 6, 2, 6, 6, 2, 6, 8, 2, 4, 8, 2];
  assertClose(fitView(square, { x: 0.25, y: 0.25 }).position, [5, 7, 6]);
});

test("a wide picture is filled in height, a narrow one in width", () => {
  const square = [-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0];
  assertClose(fitView(square, { x: 1, y: 0.5 }).position, [0, 0, 2]);
  assertClose(fitView(square, { x: 0.1, y: 0.5 }).position, [0, 0, 10]);
});

test("depth counts: the front of a cube fills the picture, its back is smaller", () => {
  const corners = [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [-1, 1].map((z) => [x, y, z])));
  const { position, nearest, farthest } = fitView(corners.flat(), { x: 0.5, y: 0.5 });
  assertClose([...position, nearest, farthest], [0, 0, 3, 2, 4]);
});

test("points of different depth touch both edges", () => {
  // The near one at the left, the far one at the right.
  const points = [-1, 0, 2, 3, 0, -2];
  const slopes = { x: 0.5, y: 0.5 };
  const { position } = fitView(points, slopes);
  const [x, , z] = position;
  assertClose([(-1 - x) / (z - 2), (3 - x) / (z + 2)], [-slopes.x, slopes.x]);
});

test.run();
