import { suite } from "uvu";
import * as assert from "uvu/assert";
import { clip } from "../../../plugin/graph/ops/clip.ts";
import { constant } from "../../../plugin/graph/ops/constant.ts";
import { floor } from "../../../plugin/graph/ops/floor.ts";
import { gatherRows } from "../../../plugin/graph/ops/gather-rows.ts";
import { reduceSum } from "../../../plugin/graph/ops/reduce-sum.ts";
import { relu } from "../../../plugin/graph/ops/relu.ts";
import { inOrder } from "../../../plugin/graph/order.ts";
import { runTensor } from "../../helpers/run-graph.ts";

const test = suite("graph ops for reading tables");

const row = (...values: readonly number[]) => constant([values.length], Float32Array.from(values));

test("relu, floor and clip work elementwise and keep the shape", async () => {
  const x = row(-1.5, -0, 0.25, 2);
  assert.equal(await runTensor(relu(x)), Float32Array.of(0, 0, 0.25, 2));
  assert.equal(await runTensor(floor(x)), Float32Array.of(-2, -0, 0, 2));
  assert.equal(await runTensor(clip(x, -1, 1)), Float32Array.of(-1, -0, 0.25, 1));
  for (const y of [relu(x), floor(x), clip(x, -1, 1)]) assert.equal(y.shape, [4]);
});

test("clip refuses a range without values", () => {
  assert.throws(() => clip(row(1), 2, 1), /clip: \(1\) — 2\.\.1 must not be empty/);
});

test("rows are gathered by number, in any shape and repeatedly", async () => {
  const table = constant([3, 2], Float32Array.of(10, 11, 20, 21, 30, 31));
  const rows = constant([2, 2], Float32Array.of(2, 0, 0, 1));
  const gathered = gatherRows(table, rows);
  assert.equal(gathered.shape, [2, 2, 2]);
  assert.equal(await runTensor(gathered), Float32Array.of(30, 31, 10, 11, 10, 11, 20, 21));
  assert.throws(() => gatherRows(row(1), rows), /gatherRows: .* — needs a table \(r, c\)/);
});

test("sums along an axis drop it", async () => {
  const x = constant([2, 3, 1], Float32Array.of(1, 2, 3, 10, 20, 30));
  assert.equal(reduceSum(x, 1).shape, [2, 1]);
  assert.equal(await runTensor(reduceSum(x, 1)), Float32Array.of(6, 60));
  assert.equal(await runTensor(reduceSum(x, 0)), Float32Array.of(11, 22, 33));
  assert.throws(() => reduceSum(x, 3), /reduceSum: .* axis 3 must lie in 0\.\.2/);
});

test("the order has each tensor once, operands first", () => {
  const x = row(1);
  const [a, b] = [relu(x), floor(x)];
  const y = gatherRows(constant([1, 1], Float32Array.of(1)), a);
  const ordered = inOrder([y, b]);
  assert.is(new Set(ordered).size, ordered.length);
  for (const tensor of ordered) {
    for (const operand of tensor.inputs) {
      assert.ok(ordered.indexOf(operand) < ordered.indexOf(tensor));
    }
  }
});

test.run();
