import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import { explainAuto, listDevices } from "../../../plugin/runtime/devices.ts";
import { candidateDevices, locateDevice, parseDevice } from "../../../plugin/runtime/providers.ts";

const test = suite("execution providers");

const LARGE = 450e6;
const SMALL = 9e6;

test("a device is parsed, with the number of the GPU where there may be several", () => {
  for (const name of [
    "auto",
    "cpu",
    "webgpu",
    "cuda",
    "cuda:0",
    "tensorrt:1",
    "dml:12",
    "coreml",
  ]) {
    assert.is(parseDevice(name), name);
  }
});

test("an unknown device, or a number where there is none, lists them all", () => {
  for (const name of ["gpu", "", "cpu:0", "webgpu:1", "cuda:", "cuda:-1", "cuda:1.5", "auto:0"]) {
    assert.throws(
      () => parseDevice(name),
      (error: unknown) =>
        error instanceof InputError &&
        error.code === "bad-option" &&
        error.message.startsWith(`--device ${name}: unknown`) &&
        error.message.includes("auto, cpu, webgpu, cuda, tensorrt, dml, coreml"),
      name,
    );
  }
});

test("a device names a provider and a GPU, the first unless told", () => {
  assert.equal(locateDevice("cuda:3"), { provider: "cuda", deviceId: 3 });
  assert.equal(locateDevice("dml"), { provider: "dml", deviceId: 0 });
});

test("auto tries what a platform has, and the CPU last", () => {
  assert.equal(candidateDevices("auto", LARGE, "linux"), ["cuda", "webgpu", "cpu"]);
  assert.equal(candidateDevices("auto", LARGE, "win32"), ["dml", "webgpu", "cpu"]);
  assert.equal(candidateDevices("auto", LARGE, "darwin"), ["coreml", "webgpu", "cpu"]);
});

test("auto leaves a small model on the CPU", () => {
  assert.equal(candidateDevices("auto", SMALL, "linux"), ["cpu"]);
});

test("a named device comes first whatever the model's size; behind the CPU there is nothing", () => {
  assert.equal(candidateDevices("cuda:1", SMALL, "linux"), ["cuda:1", "webgpu", "cpu"]);
  assert.equal(candidateDevices("tensorrt", LARGE, "linux"), ["tensorrt", "cuda", "webgpu", "cpu"]);
  assert.equal(candidateDevices("webgpu", LARGE, "win32"), ["webgpu", "dml", "cpu"]);
  assert.equal(candidateDevices("cpu", LARGE, "linux"), ["cpu"]);
});

test("every device is tried and explained, and auto uses one that works", async () => {
  const reports = await listDevices();
  assert.equal(
    reports.map(({ device }) => device),
    ["cpu", "webgpu", "cuda", "tensorrt", "dml", "coreml"],
  );
  assert.is(reports[0].works, true);
  assert.is(reports.filter(({ auto, works }) => auto && works).length, 1);
  for (const { device, works, reason, remedy } of reports) {
    assert.match(reason, /^[^\n]+$/, device);
    assert.is(remedy === undefined, works, device);
  }
  const foreign = reports.find(({ device }) => {
    return device === (process.platform === "darwin" ? "dml" : "coreml");
  });
  assert.is(foreign?.reason, "not part of ONNX Runtime on this platform");
});

test("what auto does is told for each platform", () => {
  const tail = "that works; below 50 million parameters always the CPU";
  assert.is(explainAuto("linux"), `auto: the first of cuda, webgpu, cpu ${tail}`);
  assert.is(explainAuto("win32"), `auto: the first of dml, webgpu, cpu ${tail}`);
  assert.is(explainAuto("darwin"), `auto: the first of coreml, webgpu, cpu ${tail}`);
});

test.run();
