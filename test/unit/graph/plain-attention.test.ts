import { suite } from "uvu";
import * as assert from "uvu/assert";
import { attention } from "../../../plugin/graph/ops/attention.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import type { GraphForm } from "../../../plugin/graph/tensor.ts";
import { assertAllClose, det } from "../../helpers/det.ts";
import { runGraph } from "../../helpers/run-graph.ts";

const test = suite("attention as products and a softmax");

/** Means of values below 2, in f32, in another order. */
const TOLERANCE = 2e-6;

const SHAPES = { q: [2, 5, 12], k: [2, 7, 12], v: [2, 7, 12] } as const;
const HEADS = 3;

async function runAttention(form: GraphForm["attention"]): Promise<Float32Array> {
  const [q, k, v] = Object.entries(SHAPES).map(([name, shape]) => input(name, shape));
  const values = Object.entries(SHAPES).map(
    ([name, shape], i) => [name, det(shape, i + 1, 2)] as const,
  );
  const { y } = await runGraph({ y: attention(q, k, v, HEADS) }, new Map(values), {
    attention: form,
  });
  return y;
}

/** Straight from the definition, for one batch, query and channel at a time. */
function expectedAttention(): number[] {
  const [q, k, v] = Object.values(SHAPES).map((shape, i) => det(shape, i + 1, 2));
  const [batches, queries, width] = SHAPES.q;
  const [, keys] = SHAPES.k;
  const size = width / HEADS;
  const result: number[] = [];
  for (let b = 0; b < batches; b++) {
    for (let i = 0; i < queries; i++) {
      for (let c = 0; c < width; c++) {
        const first = Math.floor(c / size) * size;
        const scores = Array.from({ length: keys }, (_, j) => {
          let dot = 0;
          for (let d = first; d < first + size; d++) {
            dot += q[(b * queries + i) * width + d] * k[(b * keys + j) * width + d];
          }
          return Math.exp(dot / Math.sqrt(size));
        });
        const total = scores.reduce((sum, score) => sum + score, 0);
        const mean = scores.reduce((sum, s, j) => sum + s * v[(b * keys + j) * width + c], 0);
        result.push(mean / total);
      }
    }
  }
  return result;
}

test("both forms are softmax(q k^T / sqrt(d)) v, head by head", async () => {
  const expected = expectedAttention();
  for (const form of ["fused", "plain"] as const) {
    assertAllClose(form, await runAttention(form), expected, TOLERANCE);
  }
  assert.is(expected.length, 2 * 5 * 12);
});

test.run();
