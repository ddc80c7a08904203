import { suite } from "uvu";
import { geglu, groupNorm } from "../../plugin/graph/layers.ts";
import { convTranspose } from "../../plugin/graph/ops/conv-transpose.ts";
import { input } from "../../plugin/graph/ops/input.ts";
import { multiHeadAttention } from "../../plugin/models/attention.ts";
import { attentionWeights, triplaneWeights } from "../../plugin/models/families/lrm.ts";
import { backboneWeights } from "../../plugin/models/families/triposr.ts";
import { VFUSION3D_NAMES } from "../../plugin/models/families/vfusion3d.ts";
import { triplaneTransformer } from "../../plugin/models/triplane-transformer.ts";
import { tripoSrBackbone } from "../../plugin/models/triposr-transformer.ts";
import { WeightScope } from "../../plugin/models/weights.ts";
import { assertAllClose, assertReference, det, fill } from "../helpers/det.ts";
import { runTensor } from "../helpers/run-graph.ts";

/** The reference values are given to six decimals. */
const VALUE_TOLERANCE = 2e-5;

const test = suite("triplane transformers, parity");

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
  const sizes = { width: 32, layers: 2, tokenSide: 2, channels: 3, contextWidth, cameraWidth: 16 };
  const planes = triplaneTransformer(
    input("tokens", [1, 5, contextWidth]),
    input("camera", [1, 16]),
    triplaneWeights(scope, VFUSION3D_NAMES, sizes),
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

test("parity case 11: GEGLU", async () => {
  const scope = new WeightScope();
  const result = geglu(input("x", [1, 2, 4]), {
    weight: scope.tensor("weight", [6, 4]),
    bias: scope.tensor("bias", [6]),
  });
  const values = valuesFor(scope, 0.5, { x: det([1, 2, 4], 64) });
  const expected = [0.044993, 0.358565, -0.016115, -0.100422, 0.338915, 0.007027];
  assertAllClose("value", await runTensor(result, values), expected, VALUE_TOLERANCE);
});

test("parity case 12: group norm over channels and tokens", async () => {
  const scope = new WeightScope();
  const weights = { bias: scope.tensor("bias", [4]), weight: scope.tensor("weight", [4]) };
  const result = groupNorm(input("x", [1, 4, 5]), weights, 2, 1e-6);
  const values = valuesFor(scope, 0.5, { x: det([1, 4, 5], 65) });
  assertReference(await runTensor(result, values), {
    sum: 4.461622,
    absSum: 5.908289,
    first: [0.082995, 0.023249, 0.127188, -0.045728],
    last: 0.001236,
  });
});

test("parity case 21: TripoSR's backbone", async () => {
  const scope = new WeightScope();
  const result = tripoSrBackbone(
    input("tokens", [1, 64, 12]),
    input("context", [1, 5, 24]),
    backboneWeights(scope, { width: 64, layers: 2, contextWidth: 24 }),
    { heads: 2, epsilon: 1e-5, groups: 32, groupEpsilon: 1e-6 },
  );
  const inputs = { tokens: det([1, 64, 12], 11), context: det([1, 5, 24], 12) };
  assertReference(await runTensor(result, valuesFor(scope, 0.2, inputs)), {
    sum: 92.907747,
    absSum: 1124.007079,
    first: [1.198675, -1.186847, -1.324026, 1.049573],
    last: 1.048764,
  });
});

test.run();
