import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, InputError, ModelError } from "../../../plugin/core/errors.ts";
import { listDevices } from "../../../plugin/runtime/devices.ts";
import {
  candidateProviders,
  firstWorking,
  type Provider,
  parseDevice,
} from "../../../plugin/runtime/providers.ts";

const test = suite("execution providers");

test("a device is parsed; an unknown one lists them all", () => {
  assert.is(parseDevice("auto"), "auto");
  assert.is(parseDevice("webgpu"), "webgpu");
  assert.throws(
    () => parseDevice("gpu"),
    (error: unknown) =>
      error instanceof InputError &&
      error.code === "bad-option" &&
      error.message.includes("auto, cpu, webgpu, cuda, dml, coreml"),
  );
});

test("auto means the CPU, a named device only itself", () => {
  assert.equal(candidateProviders("auto"), ["cpu"]);
  assert.equal(candidateProviders("cuda"), ["cuda"]);
});

/** Works on the providers that `working` names. */
const attemptOn =
  (...working: readonly Provider[]) =>
  async (provider: Provider): Promise<string> => {
    if (!working.includes(provider)) throw new ModelError("device", `${provider}: no driver`);
    return `on ${provider}`;
  };

test("a provider that fails is passed over with one warning", async () => {
  const warnings: string[] = [];
  const result = await firstWorking(["cuda", "webgpu", "cpu"], attemptOn("cpu"), (warning) =>
    warnings.push(warning),
  );
  assert.is(result, "on cpu");
  assert.equal(warnings, ["cuda: no driver; trying webgpu", "webgpu: no driver; trying cpu"]);
});

test("the last provider's error is thrown", async () => {
  const error = await firstWorking(["cuda"], attemptOn("cpu"), assert.unreachable).catch((e) => e);
  assert.instance(error, ModelError);
  assert.is(error.message, "cuda: no driver");
});

test("an error that is not about a device ends the search", async () => {
  const cancelled = async (): Promise<never> => {
    throw new CancelledError();
  };
  const error = await firstWorking(["cuda", "cpu"], cancelled, assert.unreachable).catch((e) => e);
  assert.instance(error, CancelledError);
});

test("every device is tried and explained, and auto uses one that works", async () => {
  const reports = await listDevices();
  assert.equal(
    reports.map(({ device }) => device),
    ["cpu", "webgpu", "cuda", "dml", "coreml"],
  );
  assert.equal(reports[0], { device: "cpu", works: true, auto: true, reason: "used by default" });
  assert.is(reports.filter(({ auto }) => auto).length, 1);
  for (const { device, reason } of reports) assert.match(reason, /^[^\n]+$/, device);
});

test.run();
