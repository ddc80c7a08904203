import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import { checkTensors, splitRows, WeightScope } from "../../../plugin/models/weights.ts";

const test = suite("weights by name");

const shapes = (...entries: [string, number[]][]): Map<string, { shape: number[] }> =>
  new Map(entries.map(([name, shape]) => [name, { shape }]));

function messageOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    assert.instance(error, ModelError);
    return (error as ModelError).message;
  }
  return "";
}

test("a scope declares parameters under its prefix", () => {
  const scope = new WeightScope();
  scope.at("layers.0").affine("norm", [4]);
  assert.equal([...scope.declared.keys()], ["layers.0.norm.weight", "layers.0.norm.bias"]);
});

test("a scope declares a list under its numbers", () => {
  const scope = new WeightScope();
  scope.at("a").list("blocks", 2, (block) => block.tensor("w", [1]));
  assert.equal([...scope.declared.keys()], ["a.blocks.0.w", "a.blocks.1.w"]);
});

test("a packed tensor is split along its rows", () => {
  const parts = splitRows(new WeightScope().tensor("packed", [6, 5]), 3);
  assert.equal(
    parts.map(({ stored, firstRow, shape }) => [stored, firstRow, shape]),
    [0, 2, 4].map((row) => ["packed", row, [2, 5]]),
  );
});

test("equal names and shapes pass", () => {
  const tensors = shapes(["a", [2, 3]], ["b", [1]]);
  assert.is(
    messageOf(() => checkTensors("file", tensors, tensors)),
    "",
  );
});

test("missing, extra and reshaped tensors are listed in one error", () => {
  const expected = shapes(["a", [2]], ["b", [3]]);
  const stored = shapes(["b", [4]], ["c", [1]]);
  const message = messageOf(() => checkTensors("file", expected, stored));
  assert.match(message, "1 tensor missing (a)");
  assert.match(message, "1 tensor not expected (c)");
  assert.match(message, "b (4) instead of (3)");
});

test("a long list is cut and counted", () => {
  const many = shapes(...Array.from({ length: 300 }, (_, i): [string, number[]] => [`t${i}`, [1]]));
  const message = messageOf(() => checkTensors("file", many, new Map()));
  assert.match(message, "300 tensors missing");
  assert.match(message, "and 297 more");
  assert.ok(message.length < 300, message);
});

test.run();
