import type { ChildProcess } from "node:child_process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, ModelError } from "../../../plugin/core/errors.ts";
import { MATTE_SIZE } from "../../../plugin/core/matte-network.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import { sigmoid } from "../../../plugin/graph/ops/sigmoid.ts";
import { MatteNetwork } from "../../../plugin/runtime/matte-network.ts";
import { assertAllClose, det } from "../../helpers/det.ts";
import { withEnvironment } from "../../helpers/environment.ts";
import {
  installMatteNetwork,
  onnxBytes,
  redness,
  segmentRedness,
} from "../../helpers/matte-network.ts";
import { observingWorkers } from "../../helpers/observe-workers.ts";
import { rejection } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("runtime/matte-network");

/** Two products in f32. */
const ROUNDING = 1e-6;
const PICTURE = det([3, MATTE_SIZE, MATTE_SIZE], 3, 0.5);

/** A matte network of this ONNX file, or of none, in a models folder of its own. */
function withNetwork(
  onnx: Uint8Array | undefined,
  body: (network: MatteNetwork) => Promise<void>,
): Promise<void> {
  return withFolder({}, (modelsDir) =>
    withEnvironment({ MAQUETTE_MODELS: modelsDir }, async () => {
      if (onnx !== undefined) await installMatteNetwork(modelsDir, onnx);
      const network = new MatteNetwork();
      try {
        await body(network);
      } finally {
        await network.close();
      }
    }),
  );
}

test("there is none until it is installed, and it may be installed meanwhile", () =>
  withFolder({}, (modelsDir) =>
    withEnvironment({ MAQUETTE_MODELS: modelsDir }, async () => {
      const network = new MatteNetwork();
      assert.is(await network.find(), undefined);
      await installMatteNetwork(modelsDir, redness());
      assert.type(await network.find(), "function");
      await network.close();
    }),
  ));

test("it answers picture after picture in one process, which ends with it", () =>
  withNetwork(redness(), (network) =>
    observingWorkers(async (workers: ChildProcess[]) => {
      const segment = await network.find();
      assert.is(workers.length, 0, "nothing is loaded before it is needed");
      const expected = await segmentRedness(PICTURE);
      for (const answer of [await segment?.(PICTURE), await segment?.(PICTURE)]) {
        assertAllClose("answer", answer ?? [], expected, ROUNDING);
      }
      assert.is(workers.length, 1);
      await network.close();
      assert.ok(workers.every(({ exitCode, signalCode }) => (exitCode ?? signalCode) !== null));
    }),
  ));

test("a cancelled picture stops at once, and the next one works", () =>
  withNetwork(redness(), async (network) => {
    const controller = new AbortController();
    const segment = await network.find(controller.signal);
    const work = rejection(segment?.(PICTURE) ?? Promise.resolve());
    controller.abort();
    assert.instance(await work, CancelledError);
    const again = await network.find();
    assert.is((await again?.(PICTURE))?.length, MATTE_SIZE ** 2);
  }));

const OTHER = sigmoid(input("image", [1, 3, 320, 320]));
const THREE_CHANNELS = sigmoid(input("input_image", [1, 3, MATTE_SIZE, MATTE_SIZE]));

for (const [name, onnx, message] of [
  ["an empty file", new Uint8Array(0), /: cannot be loaded: .* — run: maquette models remove /],
  ["no ONNX file", Buffer.from("<!doctype html>"), /: cannot be loaded: .* — run: maquette/],
  ["another network", onnxBytes(OTHER), /another network: it takes image \(1, 3, 320, 320\) — run/],
] as const) {
  test(`${name} in its place is one clear line`, () =>
    withNetwork(onnx, async (network) => {
      const segment = await network.find();
      for (const attempt of [1, 2]) {
        const error = await rejection(segment?.(PICTURE) ?? Promise.resolve());
        assert.instance(error, ModelError, `attempt ${attempt}`);
        const { message: text, code } = error as ModelError;
        assert.is(code, "matte");
        assert.match(text, /^matte network isnet-general-use: [^\n]+$/);
        assert.match(text, message);
      }
    }));
}

test("of an answer with several channels the first counts", () =>
  withNetwork(onnxBytes(THREE_CHANNELS), async (network) => {
    const segment = await network.find();
    const answer = (await segment?.(PICTURE)) ?? new Float32Array();
    assert.is(answer.length, MATTE_SIZE ** 2);
    assertAllClose("first value", [answer[0]], [1 / (1 + Math.exp(-PICTURE[0]))], ROUNDING);
  }));

test.run();
