import { suite } from "uvu";
import * as assert from "uvu/assert";
import { constant } from "../../../plugin/graph/ops/constant.ts";
import { conv } from "../../../plugin/graph/ops/conv.ts";
import { div } from "../../../plugin/graph/ops/div.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import { maxPool } from "../../../plugin/graph/ops/max-pool.ts";
import { sqrt } from "../../../plugin/graph/ops/sqrt.ts";
import { runTensor } from "../../helpers/run-graph.ts";

const test = suite("graph/picture-ops");

const values = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

test("convolution with padding sees zeros beyond the picture", async () => {
  const x = input("x", [1, 1, 3, 3]);
  const ones = constant([1, 1, 3, 3], new Float32Array(9).fill(1));
  const sums = conv(x, ones, constant([1], Float32Array.of(0.5)), 1, 1);
  assert.equal(sums.shape, [1, 1, 3, 3]);
  // Of 0..8, row by row: the sum of each pixel and its neighbours.
  const result = await runTensor(sums, new Map([["x", values(9)]]));
  assert.equal([...result], [8.5, 15.5, 12.5, 21.5, 36.5, 27.5, 20.5, 33.5, 24.5]);
  assert.equal(
    conv(input("y", [1, 1, 35, 35]), ones, constant([1], values(1)), 4, 2).shape,
    [1, 1, 10, 10],
  );
});

test("maxPool keeps the greatest of each whole window", async () => {
  const x = input("x", [1, 1, 4, 6]);
  const pooled = maxPool(x, 3, 2);
  assert.equal(pooled.shape, [1, 1, 1, 2]);
  assert.equal([...(await runTensor(pooled, new Map([["x", values(24)]])))], [14, 16]);
  const halved = maxPool(x, 2, 2);
  assert.equal(
    [...(await runTensor(halved, new Map([["x", values(24)]])))],
    [7, 9, 11, 19, 21, 23],
  );
  assert.throws(() => maxPool(input("y", [1, 1, 2, 9]), 3, 1), /maxPool: \(1,1,2,9\)/);
});

test("sqrt and div work elementwise, sizes of 1 repeating", async () => {
  const x = input("x", [2, 2]);
  const result = await runTensor(
    div(sqrt(x), constant([2, 1], Float32Array.of(2, 4))),
    new Map([["x", Float32Array.of(4, 16, 64, 0)]]),
  );
  assert.equal([...result], [1, 2, 2, 0]);
});

test.run();
