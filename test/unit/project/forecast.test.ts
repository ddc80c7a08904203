import { suite } from "uvu";
import * as assert from "uvu/assert";
import { STAGES, type Stage } from "../../../plugin/core/progress.ts";
import { Forecast } from "../../../plugin/project/forecast.ts";

const test = suite("project/forecast");

const timings = (ms: Partial<Record<Stage, number>>): Record<Stage, number> =>
  Object.fromEntries(STAGES.map((stage) => [stage, ms[stage] ?? 0])) as Record<Stage, number>;

test("nothing is promised while nothing is known", () => {
  const forecast = new Forecast({});
  assert.is(forecast.pictureMs, undefined);
  assert.is(forecast.remainingMs("extract", 0.5, 10), undefined);
});

test("the rest of the stage and the stages after it remain", () => {
  const forecast = new Forecast({});
  forecast.record(timings({ encode: 100, extract: 40, write: 10 }));
  assert.is(forecast.pictureMs, 150);
  assert.is(forecast.remainingMs("encode", 0, 0), 150);
  assert.is(forecast.remainingMs("encode", 0, 30), 120);
  assert.is(forecast.remainingMs("extract", 0.5, 0), 30);
});

test("a stage that overruns does not count below zero", () => {
  const forecast = new Forecast({});
  forecast.record(timings({ encode: 100, write: 10 }));
  assert.is(forecast.remainingMs("encode", 0, 5000), 10);
});

test("a stage that overruns goes on at its own pace", () => {
  const forecast = new Forecast({});
  forecast.record(timings({ encode: 100, write: 10 }));
  assert.is(forecast.remainingMs("encode", 0.5, 300), 300 + 10);
});

test("a picture that should be there by now has no time left to tell", () => {
  const forecast = new Forecast({});
  forecast.record(timings({ encode: 100, write: 10 }));
  assert.is(forecast.remainingMs("write", 0, 11), undefined);
  assert.is(forecast.remainingMs("write", 1, 5), undefined);
});

test("only the latest pictures count", () => {
  const forecast = new Forecast({});
  for (let k = 0; k < 1000; k++) forecast.record(timings({ encode: 1000 }));
  for (let k = 0; k < 50; k++) forecast.record(timings({ encode: 100 }));
  assert.is(forecast.pictureMs, 100);
});

test("the last run serves until this one has times; one slow picture does not mislead", () => {
  const history = Object.fromEntries(STAGES.map((stage) => [stage, [1000]]));
  const forecast = new Forecast(history);
  assert.is(forecast.pictureMs, 1000 * STAGES.length);
  for (const encode of [9000, 100, 110]) forecast.record(timings({ encode }));
  assert.is(forecast.pictureMs, 110);
});

test("the second picture finds the model loaded, as the last run's others did", () => {
  const forecast = new Forecast({ encode: [4000, 100, 100] });
  forecast.record(timings({ encode: 5000 }));
  assert.is(forecast.remainingMs("encode", 0, 0), 100);
});

test("where only a first picture is known, the second is expected to take no longer", () => {
  const forecast = new Forecast({});
  forecast.record(timings({ encode: 5000 }));
  assert.is(forecast.remainingMs("encode", 0, 0), 5000);
  forecast.record(timings({ encode: 90 }));
  assert.is(forecast.remainingMs("encode", 0, 0), 90);
  forecast.record(timings({ encode: 100 }));
  assert.is(forecast.remainingMs("encode", 0, 0), 100);
});

test("the first picture loads the model, as the last run's first did; those that wait do not", () => {
  const forecast = new Forecast({
    decode: [5, 5, 5],
    encode: [4000, 100, 100],
    write: [10, 10, 10],
  });
  assert.is(forecast.remainingMs("decode", 0, 0), 4015);
  assert.is(forecast.remainingMs("encode", 0, 1000), 3010);
  assert.is(forecast.pictureMs, 115);
  forecast.record(timings({ decode: 5, encode: 5000, write: 10 }));
  forecast.record(timings({ decode: 5, encode: 90, write: 10 }));
  forecast.record(timings({ decode: 5, encode: 100, write: 10 }));
  assert.is(forecast.remainingMs("decode", 0, 0), 115);
});

test.run();
