import { suite } from "uvu";
import { convTranspose } from "../../plugin/graph/ops/conv-transpose.ts";
import { input } from "../../plugin/graph/ops/input.ts";
import { attentionWeights, triplaneWeights } from "../../plugin/models/families/vfusion3d.ts";
import {
  multiHeadAttention,
  triplaneTransformer,
} from "../../plugin/models/triplane-transformer.ts";
import { WeightScope } from "../../plugin/models/weights.ts";
import { assertReference, det, fill } from "../helpers/det.ts";
import { runTensor } from "../helpers/run-graph.ts";

const test = suite("triplane transformer, parity");

/** The scope's parameters filled by rule, and the inputs. */
function valuesFor(
  scope: WeightScope,
  scale: number,
  inputs: Readonly<Record<string, Float32Array>>,
): Map<string, Float32Array> {
  const shapes = new Map([...scope.declared].map(([name, { shape }]) => [name, shape]));
  return new Map([...fill(shapes, scale), ...Object.entries(inputs)]);
}

async function runTransformer(contextWidth: number): Promise<Float32Array> {
  const scope = new WeightScope();
  const sizes = { width: 32, layers: 2, mlpRatio: 4, tokenSide: 2, channels: 3 };
  const planes = triplaneTransformer(
    input("tokens", [1, 5, contextWidth]),
    input("camera", [1, 16]),
    triplaneWeights(scope, { ...sizes, contextWidth, cameraWidth: 16 }),
    { heads: 4, epsilon: 1e-6 },
  );
  const inputs = { tokens: det([1, 5, contextWidth], 7), camera: det([1, 16], 8) };
  return runTensor(planes, valuesFor(scope, 0.2, inputs));
}

test("parity case 7: tiny transformer, separate cross-attention weights", async () => {
  assertReference(await runTransformer(24), {
    sum: -29.192679,
    absSum: 79.505406,
    first: [-0.294188, -0.390735, -0.456926, -0.75207],
    last: 0.367618,
  });
});

test("parity case 7b: tiny transformer, packed cross-attention weights", async () => {
  assertReference(await runTransformer(32), {
    sum: 32.999837,
    absSum: 68.312463,
    first: [0.294182, -0.039502, -0.639432, -0.249797],
    last: -0.040615,
  });
});

test("parity case 8: attention to a context of another width", async () => {
  const scope = new WeightScope();
  const result = multiHeadAttention(
    input("queries", [1, 3, 8]),
    input("context", [1, 4, 6]),
    attentionWeights(scope, 8, 6),
    2,
  );
  const inputs = { queries: det([1, 3, 8], 61), context: det([1, 4, 6], 62) };
  assertReference(await runTensor(result, valuesFor(scope, 0.5, inputs)), {
    sum: 3.579719,
    absSum: 4.393168,
    first: [-0.130643, 0.48395, 0.16137, 0.221768],
    last: 0.057235,
  });
});

test("parity case 10: transposed convolution", async () => {
  const scope = new WeightScope();
  const result = convTranspose(
    input("x", [1, 3, 2, 2]),
    scope.tensor("weight", [3, 2, 2, 2]),
    scope.tensor("bias", [2]),
    2,
  );
  const values = valuesFor(scope, 0.5, { x: det([1, 3, 2, 2], 63) });
  assertReference(await runTensor(result, values), {
    sum: 9.055329,
    absSum: 12.77685,
    first: [-0.050449, 0.437231, 0.641221, -0.501194],
    last: 0.452929,
  });
});

test.run();
