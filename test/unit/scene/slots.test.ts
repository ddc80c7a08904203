import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findFreePlace, type Plot } from "../../../editor-ui/scene/slots.ts";

const test = suite("scene/slots");

const plot = (width: number, depth: number, x = 0, z = 0): Plot => ({
  minX: x - width / 2,
  maxX: x + width / 2,
  minZ: z - depth / 2,
  maxZ: z + depth / 2,
});

const moved = (own: Plot, { x, z }: { x: number; z: number }): Plot => ({
  minX: own.minX + x,
  maxX: own.maxX + x,
  minZ: own.minZ + z,
  maxZ: own.maxZ + z,
});

const areApart = (a: Plot, b: Plot): boolean =>
  a.maxX < b.minX || b.maxX < a.minX || a.maxZ < b.minZ || b.maxZ < a.minZ;

/** Places plots one after another. */
function arrange(plots: readonly Plot[]): Plot[] {
  const taken: Plot[] = [];
  for (const own of plots) taken.push(moved(own, findFreePlace(own, taken)));
  return taken;
}

test("the first stands in the middle, the next ones beside it, then behind", () => {
  const unit = plot(1, 1);
  const centres = arrange(Array.from({ length: 8 }, () => unit)).map(({ minX, minZ }) => [
    minX + 0.5,
    minZ + 0.5,
  ]);
  // A row behind is three times as far as it is.
  assert.equal(centres, [
    [0, 0],
    [-1.25, 0],
    [1.25, 0],
    [-2.5, 0],
    [2.5, 0],
    [0, -1.25],
    [0, 1.25],
    [-3.75, 0],
  ]);
});

test("a plot that is not around its origin is centred on its place", () => {
  const own: Plot = { minX: 1, maxX: 3, minZ: 0, maxZ: 2 };
  assert.equal(findFreePlace(own, []), { x: -2, z: -1 });
});

test("two hundred meshes of any size stand apart from one another", () => {
  // Sizes from a centimetre to ten metres, in no order.
  const sizes = Array.from({ length: 200 }, (_, i) => 0.01 * 10 ** (((i * 7) % 31) / 10));
  const taken = arrange(sizes.map((size, i) => plot(size, size * (1 + (i % 3)))));
  for (const [i, a] of taken.entries()) {
    for (const b of taken.slice(i + 1)) assert.ok(areApart(a, b), JSON.stringify([a, b]));
  }
});

test("a coin finds its place beside a mountain", () => {
  const coin = plot(0.01, 0.01);
  const mountain = plot(1000, 800);
  assert.ok(areApart(moved(coin, findFreePlace(coin, [mountain])), mountain));
});

test("what the user has moved is where it is seen", () => {
  const unit = plot(1, 1);
  assert.equal(findFreePlace(unit, [plot(1, 1, 40, 3)]), { x: 0, z: 0 });
});

test.run();
