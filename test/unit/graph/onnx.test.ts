import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import { linear } from "../../../plugin/graph/layers.ts";
import { fileBytes, serialise } from "../../../plugin/graph/onnx.ts";
import type { OnnxModel, OnnxPart } from "../../../plugin/graph/onnx-file.ts";
import { add } from "../../../plugin/graph/ops/add.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import { parameter } from "../../../plugin/graph/ops/parameter.ts";
import type { Tensor } from "../../../plugin/graph/tensor.ts";
import { encodeWeight } from "../../../plugin/graph/weight-encoding.ts";
import { det } from "../../helpers/det.ts";
import { runTensor } from "../../helpers/run-graph.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("ONNX serialisation");

const WEIGHTS = new Map([
  ["first", det([5, 3], 1)],
  ["second", det([2, 5], 2)],
  ["bias", det([2], 3)],
]);

/** Two layers, the second with a bias. */
function twoLayers(): Tensor {
  const hidden = linear(input("x", [4, 3]), parameter("first", [5, 3]));
  return linear(hidden, parameter("second", [2, 5]), parameter("bias", [2]));
}

/** What a file holds once the weights are filled in. */
function assemble(parts: readonly OnnxPart[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (part instanceof Uint8Array) return part;
      return encodeWeight(part, WEIGHTS.get(part.parameter.stored) ?? new Float32Array());
    }),
  );
}

async function runFile(path: string): Promise<Float32Array> {
  const session = await InferenceSession.create(path);
  const { y } = await session.run({ x: new OrtTensor(det([4, 3], 9), [4, 3]) });
  await session.release();
  return y.data as Float32Array;
}

async function runModel(model: OnnxModel): Promise<Float32Array> {
  let result: Float32Array = new Float32Array();
  await withFolder({}, async (folder) => {
    await writeFile(join(folder, "model.onnx"), assemble(model.parts));
    await writeFile(join(folder, "side.bin"), assemble(model.externalParts));
    result = await runFile(join(folder, "model.onnx"));
  });
  return result;
}

test("weights in the model file and in a side file give the same result", async () => {
  const inline = serialise({ y: twoLayers() });
  const external = serialise(
    { y: twoLayers() },
    { externalName: "side.bin", externalThreshold: 0 },
  );
  assert.is(inline.externalParts.length, 0);
  assert.ok(external.parts.every((part) => part instanceof Uint8Array));
  assert.equal(await runModel(external), await runModel(inline));
});

test("tensors of the side file begin on a page", () => {
  const { externalParts } = serialise(
    { y: twoLayers() },
    { externalName: "side.bin", externalThreshold: 0 },
  );
  let offset = 0;
  for (const part of externalParts) {
    if (!(part instanceof Uint8Array)) assert.is(offset % 4096, 0, part.name);
    offset += assemble([part]).length;
  }
});

test("the threshold is the size of the weights up to which they stay in the model file", () => {
  const bytes = 4 * (15 + 10 + 2);
  const externalParts = (externalThreshold: number): number =>
    serialise({ y: twoLayers() }, { externalThreshold }).externalParts.length;
  assert.is(externalParts(bytes), 0);
  assert.is.not(externalParts(bytes - 1), 0);
});

test("equal graphs give equal bytes", () => {
  const bytes = (): Buffer => assemble(serialise({ y: twoLayers() }).parts);
  assert.ok(bytes().equals(bytes()));
});

test("a file in one piece asks for the values of its weights, and fails where there are none", () => {
  assert.throws(() => fileBytes(serialise({ y: twoLayers() })), /has the weight first, /);
});

test("a tensor used twice is computed once", () => {
  const x = input("x", [1]);
  const doubled = add(x, x);
  const bytes = fileBytes(serialise({ y: add(doubled, doubled) }));
  const text = Buffer.from(bytes).toString("latin1");
  // Per node one operator type; names of values carry a colon: Add:0 and Add:1.
  assert.is(new Set(text.match(/Add:\d+/g)).size, 2);
});

test("an input can be an output", async () => {
  const x = Float32Array.of(1, 2);
  assert.equal(await runTensor(input("x", [2]), new Map([["x", x]])), x);
});

test("a chain of 5,000 operations is written and runs", async () => {
  let x = input("x", [1]);
  const one = input("one", [1]);
  for (let i = 0; i < 5000; i++) x = add(x, one);
  const values = new Map([
    ["x", Float32Array.of(0)],
    ["one", Float32Array.of(1)],
  ]);
  assert.equal([...(await runTensor(x, values))], [5000]);
});

test("two different parameters of one name are refused", () => {
  const sum = add(parameter("twin", [1]), parameter("twin", [1]));
  assert.throws(
    () => serialise({ y: sum }),
    (error: unknown) => error instanceof ModelError && error.message.includes("twin"),
  );
});

test.run();
