import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { serialise } from "../../../plugin/graph/onnx.ts";
import { attention } from "../../../plugin/graph/ops/attention.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import type { GraphForm } from "../../../plugin/graph/tensor.ts";
import { assertAllClose, det } from "../../helpers/det.ts";

const test = suite("attention as products and a softmax");

/** Means of values below 2, in f32, in another order. */
const TOLERANCE = 2e-6;

const SHAPES = { q: [2, 5, 12], k: [2, 7, 12], v: [2, 7, 12] } as const;
const HEADS = 3;

async function runAttention(form: GraphForm["attention"]): Promise<Float32Array> {
  const { q, k, v } = SHAPES;
  const y = attention(input("q", q), input("k", k), input("v", v), HEADS);
  const { parts } = serialise({ y }, { externalName: "none", form: { attention: form } });
  const bytes = Buffer.concat(parts.filter((part) => part instanceof Uint8Array));
  const session = await InferenceSession.create(bytes);
  const feeds = Object.entries(SHAPES).map(([name, shape], i) => [
    name,
    new OrtTensor(det(shape, i + 1, 2), shape),
  ]);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return results["y"].data as Float32Array;
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
