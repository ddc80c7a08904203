import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openModel, withCheckpoint } from "../../plugin/models/lrm.ts";
import { loadGolden, relativeError } from "../helpers/golden.ts";
import { runGraph } from "../helpers/run-graph.ts";
import { withFolder } from "../helpers/temporary-folder.ts";

/**
 * The golden values were computed with f32 weights, the file stores them as f16, so each weight is
 * off by up to 2^-11 = 4.9e-4 of its value. The roundings are independent and partly average out:
 * measured 3.0e-4 on the image tokens and 2.1e-4 on the planes. The bound leaves a factor of three
 * for other CPUs' kernels; a wrong mean, epsilon, GELU or position table exceeds it by far.
 */
const F16_WEIGHTS_TOLERANCE = 1e-3;

const test = suite("embedded model, golden values");

test("every stage of the encoder gives what the PyTorch model gave", () =>
  withFolder({}, async (cacheDir) => {
    const golden = await loadGolden();
    const model = await openModel(undefined, cacheDir);
    const { imageTokens, planes, parameters } = model.architecture.build();
    const values = new Map([["picture", golden.image]]);
    await withCheckpoint(model, async (checkpoint) => {
      for (const name of parameters.keys()) values.set(name, await checkpoint.read(name));
    });

    const actual = await runGraph({ imageTokens, planes }, values);
    const tokenError = relativeError(actual.imageTokens, golden.imageTokens);
    const planeError = relativeError(actual.planes, golden.planes);
    assert.ok(tokenError <= F16_WEIGHTS_TOLERANCE, `image tokens are off by ${tokenError}`);
    assert.ok(planeError <= F16_WEIGHTS_TOLERANCE, `planes are off by ${planeError}`);
  }));

test.run();
