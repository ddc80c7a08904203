import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import { type Affine, geglu, groupNorm, linear, silu } from "../../../plugin/graph/layers.ts";
import { add } from "../../../plugin/graph/ops/add.ts";
import { attention } from "../../../plugin/graph/ops/attention.ts";
import { concat } from "../../../plugin/graph/ops/concat.ts";
import { constant } from "../../../plugin/graph/ops/constant.ts";
import { conv } from "../../../plugin/graph/ops/conv.ts";
import { convTranspose } from "../../../plugin/graph/ops/conv-transpose.ts";
import { gelu } from "../../../plugin/graph/ops/gelu.ts";
import { gemm } from "../../../plugin/graph/ops/gemm.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import { layerNorm } from "../../../plugin/graph/ops/layer-norm.ts";
import { matmul } from "../../../plugin/graph/ops/matmul.ts";
import { mul } from "../../../plugin/graph/ops/mul.ts";
import { reshape } from "../../../plugin/graph/ops/reshape.ts";
import { sigmoid } from "../../../plugin/graph/ops/sigmoid.ts";
import { slice } from "../../../plugin/graph/ops/slice.ts";
import { transpose } from "../../../plugin/graph/ops/transpose.ts";
import type { Shape, Tensor } from "../../../plugin/graph/tensor.ts";
import { assertAllClose, det } from "../../helpers/det.ts";
import { runTensor } from "../../helpers/run-graph.ts";

/** Values of order 1 in f32, summed over a few dozen terms. */
const FLOAT_TOLERANCE = 2e-6;

const test = suite("graph ops");

const of = (shape: Shape): Tensor => input("x", shape);
const values = (shape: Shape, ...list: number[]): Tensor =>
  constant(shape, Float32Array.from(list));

async function assertValues(
  result: Tensor,
  shape: Shape,
  expected: readonly number[],
): Promise<void> {
  assert.equal(result.shape, shape);
  assertAllClose("value", await runTensor(result), expected, FLOAT_TOLERANCE);
}

test("add and mul repeat sizes of 1 and missing leading axes", async () => {
  const a = values([2, 1], 1, 2);
  const b = values([3], 10, 20, 30);
  await assertValues(add(a, b), [2, 3], [11, 21, 31, 12, 22, 32]);
  await assertValues(mul(a, b), [2, 3], [10, 20, 30, 20, 40, 60]);
});

test("matmul repeats leading axes", async () => {
  const a = values([1, 2], 1, 10);
  const b = values([2, 2, 1], 1, 2, 3, 4);
  await assertValues(matmul(a, b), [2, 1, 1], [21, 43]);
});

test("gemm multiplies by the transposed weight and adds the bias", async () => {
  const x = values([1, 2], 1, 2);
  const weight = values([3, 2], 1, 0, 0, 1, 1, 1);
  await assertValues(gemm(x, weight), [1, 3], [1, 2, 3]);
  await assertValues(gemm(x, weight, values([3], 10, 20, 30)), [1, 3], [11, 22, 33]);
});

test("linear keeps all leading axes", async () => {
  const x = values([2, 1, 2], 1, 2, 3, 4);
  await assertValues(linear(x, values([1, 2], 1, 10)), [2, 1, 1], [21, 43]);
});

test("reshape, transpose, concat and slice move values only", async () => {
  const x = values([2, 3], 1, 2, 3, 4, 5, 6);
  await assertValues(reshape(x, [3, 2]), [3, 2], [1, 2, 3, 4, 5, 6]);
  await assertValues(transpose(x, [1, 0]), [3, 2], [1, 4, 2, 5, 3, 6]);
  await assertValues(concat([x, values([2, 1], 7, 8)], 1), [2, 4], [1, 2, 3, 7, 4, 5, 6, 8]);
  await assertValues(slice(x, 1, 1, 3), [2, 2], [2, 3, 5, 6]);
});

test("activations follow their definitions", async () => {
  const x = values([3], -1, 0, 2);
  const logistic = (v: number): number => 1 / (1 + Math.exp(-v));
  await assertValues(sigmoid(x), [3], [logistic(-1), 0.5, logistic(2)]);
  await assertValues(silu(x), [3], [-logistic(-1), 0, 2 * logistic(2)]);
  // x * Phi(x), Phi(-1) = 0.15865525 and Phi(2) = 0.97724987 from tables of the normal distribution.
  await assertValues(gelu(x), [3], [-0.15865525, 0, 2 * 0.97724987]);
});

test("layerNorm normalises the last axis with the biased variance", async () => {
  const x = values([1, 2], 1, 3); // mean 2, variance 1
  const result = layerNorm(x, values([2], 1, 10), values([2], 0, 5), 3); // 1 / sqrt(1 + 3) = 0.5
  await assertValues(result, [1, 2], [-0.5, 10]);
});

test("groupNorm normalises neighbouring channels together, then scales each", async () => {
  // Channels 0 and 1: mean 2, variance 1; channels 2 and 3: mean 0, variance 9.
  const x = values([1, 4, 2], 1, 3, 3, 1, -3, 3, 3, -3);
  const weights = { weight: values([4], 1, 1, 1, 10), bias: values([4], 0, 5, 0, 0) };
  const low = 1 / Math.sqrt(1 + 3); // epsilon is 3
  const high = 3 / Math.sqrt(9 + 3);
  const expected = [-low, low, 5 + low, 5 - low, -high, high, 10 * high, -10 * high];
  await assertValues(groupNorm(x, weights, 2, 3), [1, 4, 2], expected);
});

test("geglu multiplies the first half of the outputs by the GELU of the second", async () => {
  const weight = values([4, 1], 3, 5, -1, 2);
  const result = geglu(values([1, 1, 1], 1), { weight, bias: values([4], 0, 1, 0, 0) });
  // x * Phi(x) at -1 and 2, as above.
  await assertValues(result, [1, 1, 2], [3 * -0.15865525, 6 * 2 * 0.97724987]);
});

test("conv ignores what does not fill a window", async () => {
  const x = values([1, 1, 2, 5], 1, 2, 3, 4, 99, 5, 6, 7, 8, 99);
  const weight = values([1, 1, 2, 2], 1, 1, 1, 1);
  await assertValues(conv(x, weight, values([1], 100), 2), [1, 1, 1, 2], [114, 122]);
});

test("convTranspose spreads each texel over a window", async () => {
  const x = values([1, 1, 1, 2], 1, 10);
  const weight = values([1, 1, 2, 2], 1, 2, 3, 4);
  const expected = [1, 2, 10, 20, 3, 4, 30, 40];
  await assertValues(convTranspose(x, weight, values([1], 0), 2), [1, 1, 2, 4], expected);
});

test("attention with more keys than queries equals its definition", async () => {
  const [queries, keys, heads, width] = [3, 5, 2, 8];
  const q = det([queries, width], 1, 2);
  const k = det([keys, width], 2, 2);
  const v = det([keys, width], 3, 2);
  const result = attention(
    constant([1, queries, width], q),
    constant([1, keys, width], k),
    constant([1, keys, width], v),
    heads,
  );
  await assertValues(result, [1, queries, width], naiveAttention(q, k, v, heads, width));
});

function naiveAttention(
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  heads: number,
  width: number,
): number[] {
  const headWidth = width / heads;
  const result: number[] = [];
  for (let i = 0; i < q.length / width; i++) {
    for (let c = 0; c < width; c++) {
      const head = c - (c % headWidth);
      const weights = Array.from({ length: k.length / width }, (_, j) => {
        let score = 0;
        for (let d = head; d < head + headWidth; d++) score += q[i * width + d] * k[j * width + d];
        return Math.exp(score / Math.sqrt(headWidth));
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      result.push(weights.reduce((sum, weight, j) => sum + (weight / total) * v[j * width + c], 0));
    }
  }
  return result;
}

const norm = (channels: number): Affine => ({ weight: of([channels]), bias: of([channels]) });

const MISFITS: readonly [name: string, build: () => Tensor, shapes: readonly string[]][] = [
  ["add", () => add(of([2, 3]), of([2])), ["(2,3)", "(2)"]],
  ["mul", () => mul(of([4]), of([3])), ["(4)", "(3)"]],
  ["matmul", () => matmul(of([2, 3]), of([4, 5])), ["(2,3)", "(4,5)"]],
  ["matmul", () => matmul(of([2, 1, 3]), of([5, 3, 1])), ["(2)", "(5)"]],
  ["matmul", () => matmul(of([3]), of([3, 1])), ["(3)", "(3,1)"]],
  ["gemm", () => gemm(of([2, 3]), of([4, 2])), ["(2,3)", "(4,2)"]],
  ["gemm", () => gemm(of([2, 3]), of([4, 3]), of([3])), ["(4,3)", "(3)"]],
  ["reshape", () => reshape(of([2, 3]), [5]), ["(2,3)", "(5)"]],
  ["transpose", () => transpose(of([2, 3]), [0, 0]), ["(2,3)"]],
  ["transpose", () => transpose(of([2, 3]), [0, 1, 2]), ["(2,3)"]],
  ["concat", () => concat([], 0), []],
  ["concat", () => concat([of([2, 3]), of([2, 4])], 0), ["(2,3)", "(2,4)"]],
  ["concat", () => concat([of([2])], 1), ["(2)"]],
  ["slice", () => slice(of([4]), 0, 2, 5), ["(4)"]],
  ["slice", () => slice(of([4]), 0, 2, 2), ["(4)"]],
  ["slice", () => slice(of([4]), -1, 0, 1), ["(4)"]],
  ["layerNorm", () => layerNorm(of([2, 3]), of([2]), of([3]), 1e-6), ["(2,3)", "(2)"]],
  ["groupNorm", () => groupNorm(of([1, 3, 4]), norm(3), 2, 1e-6), ["(1,3,4)", "2 groups"]],
  ["conv", () => conv(of([1, 3, 8, 8]), of([4, 2, 2, 2]), of([4]), 2), ["(1,3,8,8)", "(4,2,2,2)"]],
  ["conv", () => conv(of([1, 1, 2, 2]), of([1, 1, 3, 3]), of([1]), 1), ["(1,1,2,2)"]],
  [
    "convTranspose",
    () => convTranspose(of([1, 3, 2, 2]), of([2, 3, 2, 2]), of([3]), 2),
    ["(2,3,2,2)"],
  ],
  ["attention", () => attention(of([1, 2, 8]), of([1, 3, 6]), of([1, 3, 8]), 2), ["(1,3,6)"]],
  ["attention", () => attention(of([1, 2, 9]), of([1, 3, 9]), of([1, 3, 9]), 2), ["2 heads"]],
  ["constant", () => constant([3], new Float32Array(2)), ["(3)"]],
];

for (const [name, build, shapes] of MISFITS) {
  test(`${name} refuses ${shapes.join(" and ") || "nothing"} and names them`, () => {
    assert.throws(
      build,
      (error: unknown) =>
        error instanceof ModelError &&
        error.code === "mismatch" &&
        error.message.startsWith(`${name}: `) &&
        shapes.every((shape) => error.message.includes(shape)),
    );
  });
}

test.run();
