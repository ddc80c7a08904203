import { suite } from "uvu";
import * as assert from "uvu/assert";
import { peakActivations } from "../../../plugin/graph/memory.ts";
import { add } from "../../../plugin/graph/ops/add.ts";
import { attention } from "../../../plugin/graph/ops/attention.ts";
import { gelu } from "../../../plugin/graph/ops/gelu.ts";
import { gemm } from "../../../plugin/graph/ops/gemm.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import { parameter } from "../../../plugin/graph/ops/parameter.ts";
import { reshape } from "../../../plugin/graph/ops/reshape.ts";
import { slice } from "../../../plugin/graph/ops/slice.ts";
import { transpose } from "../../../plugin/graph/ops/transpose.ts";

const test = suite("memory of a graph");

const FLOAT = 4;

test("a chain holds a node's operand and its result", () => {
  const x = input("x", [10]);
  const y = transpose(transpose(reshape(x, [5, 2]), [1, 0]), [1, 0]);
  assert.is(peakActivations([y]), FLOAT * (10 + 10));
});

test("reshaping and elementwise results take no memory of their own", () => {
  const x = input("x", [10]);
  assert.is(peakActivations([gelu(reshape(gelu(x), [2, 5]))]), FLOAT * 10);
});

test("an operand that is read again later stays: a residual is held beside its branch", () => {
  const x = input("x", [1, 8]);
  const expand = gemm(x, parameter("expand", [32, 8]));
  const contract = gemm(gelu(expand), parameter("contract", [8, 32]));
  // x, the wide layer and the narrow one it is reduced to.
  assert.is(peakActivations([add(x, contract)]), FLOAT * (8 + 32 + 8));
});

test("outputs are held to the end", () => {
  const x = input("x", [4, 4]);
  const first = transpose(x, [1, 0]);
  const second = transpose(first, [1, 0]);
  assert.is(peakActivations([first, second]), FLOAT * (16 + 16));
  const third = transpose(second, [1, 0]);
  assert.is(peakActivations([first, third]), FLOAT * (16 + 16 + 16));
});

test("what depends on weights only is no activation", () => {
  const packed = parameter("packed", [30, 10]);
  const x = input("x", [1, 10]);
  assert.is(peakActivations([gemm(x, slice(packed, 0, 0, 10))]), FLOAT * (10 + 10));
});

test("fused attention copies its operands; scores are never whole", () => {
  const [query, key, value] = ["q", "k", "v"].map((name) => input(name, [1, 6, 8]));
  assert.is(peakActivations([attention(query, key, value, 2)]), FLOAT * 48 * (3 + 1 + 3));
});

test.run();
