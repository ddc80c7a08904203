import { suite } from "uvu";
import * as assert from "uvu/assert";
import { linear } from "../../../plugin/graph/layers.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import { parameter } from "../../../plugin/graph/ops/parameter.ts";
import type { Architecture } from "../../../plugin/models/architecture.ts";
import { forecastMemory, forecastModels } from "../../../plugin/runtime/memory-forecast.ts";
import { TINY_CONFIG, tinyArchitecture } from "../../helpers/tiny-model.ts";

const test = suite("memory forecast");

/** Names, shapes and nodes of a small graph beside its weights. */
const FILE_OVERHEAD = 2000;

/** A bias and a scale for each of 512 rows, in f32 at the most. */
const BIAS_AND_SCALES = 2 * 4 * 512;

/** One dense layer of 512 x 256, on a row of 256. */
function denseArchitecture(): Architecture {
  const picture = input("picture", [1, 256]);
  const weight = parameter("weight", [512, 256]);
  const bias = parameter("bias", [512]);
  const planes = linear(picture, weight, bias);
  const parameters = new Map([weight, bias].map((tensor) => [tensor.name, tensor]));
  const network = { picture, imageTokens: picture, planes, parameters };
  return { ...tinyArchitecture(TINY_CONFIG), build: () => network };
}

test("weights are counted at the width of the precision", () => {
  const weights = 512 * 256;
  const expected = {
    f32: 4 * weights,
    f16: 2 * weights,
    bf16: 2 * weights,
    int8: weights + (4 * weights) / 32, // a scale per block of 32
    "int8-dynamic": weights,
  };
  for (const [precision, bytes] of Object.entries(expected)) {
    const forecast = forecastMemory(denseArchitecture(), precision as keyof typeof expected);
    const rest = forecast.weights - bytes;
    assert.ok(
      rest > 0 && rest < BIAS_AND_SCALES + FILE_OVERHEAD,
      `${precision}: ${rest} bytes more`,
    );
    assert.is(forecast.working, 4 * (256 + 512), precision);
  }
});

test("every model that is known gets a forecast, without being installed", async () => {
  const models = await forecastModels();
  const ids = models.map(({ model }) => model);
  for (const id of ["maquette-tiny", "vfusion3d", "triposr", "openlrm-mix-base-1.1"]) {
    assert.ok(ids.includes(id), id);
  }
  const { precisions, installed } = models[ids.indexOf("maquette-tiny")];
  assert.ok(installed);
  assert.ok(precisions.f32.weights > 4 * 8e6 && precisions.f32.weights < 4 * 9e6);
  const large = models[ids.indexOf("vfusion3d")].precisions;
  assert.ok(large.f32.weights > 1.7e9 && large.f32.weights < 1.9e9);
  assert.ok(large.f16.weights < 0.55 * large.f32.weights);
});

test.run();
