import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BRICK, divideLattice } from "../../../plugin/surface/partition.ts";

const test = suite("partition of the lattice");

const lengths = (starts: Int32Array) => [...starts.slice(1)].map((end, i) => end - starts[i]);

/** Pieces of `length` points each; the first is half as long. */
function pieces(resolution: number, length: number): Int32Array {
  const starts = [0];
  for (let at = length / 2; at < resolution; at += length) starts.push(Math.ceil(at));
  return Int32Array.from(new Set(starts.filter((start) => start < resolution)));
}

for (const [resolution, length] of [
  [2, 1],
  [24, 1],
  [33, 2],
  [64, 2.67],
  [256, 10.67],
  [512, 21.3],
  [2048, 85.3],
] as const) {
  test(`${resolution} points in pieces of ${length}: bricks of at most ${BRICK}, pairs upwards`, () => {
    const own = pieces(resolution, length);
    const [axis] = divideLattice(resolution, [own, own, own]);
    const [finest] = axis.levels;
    assert.ok(Math.max(...lengths(finest)) <= BRICK);
    assert.ok(Math.min(...lengths(finest)) > 0);
    axis.levels.forEach((level, tier) => {
      assert.is(level[0], 0);
      assert.is(level.at(-1), resolution);
      if (tier === 0) return;
      assert.equal(
        [...level],
        [...axis.children[tier - 1]].map((c) => axis.levels[tier - 1][c]),
      );
    });
  });
}

test("bricks begin at the field's pieces when these are not tiny", () => {
  const own = pieces(256, 10.67);
  const [axis] = divideLattice(256, [own, own, own]);
  for (const start of own) assert.ok(axis.levels[0].includes(start), `piece at ${start}`);
});

test("axes with different pieces have the same number of levels", () => {
  const axes = divideLattice(256, [pieces(256, 4), pieces(256, 32), Int32Array.of(0)]);
  assert.is(new Set(axes.map(({ levels }) => levels.length)).size, 1);
});

test.run();
