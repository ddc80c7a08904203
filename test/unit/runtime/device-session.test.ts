import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError } from "../../../plugin/core/errors.ts";
import { fileBytes, serialise } from "../../../plugin/graph/onnx.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import { matmul } from "../../../plugin/graph/ops/matmul.ts";
import { DeviceError } from "../../../plugin/runtime/device-error.ts";
import {
  DeviceSession,
  type DeviceSessionOptions,
} from "../../../plugin/runtime/device-session.ts";
import { observingWorkers } from "../../helpers/observe-workers.ts";

const test = suite("sessions on the first device that works");

/** A network that takes a second or so, so that a run is surely under way when its device goes. */
const SIZE = 512;
const FEEDS = { x: { shape: [SIZE, SIZE], data: new Float32Array(SIZE * SIZE).fill(1 / SIZE) } };

function slowModel(): Uint8Array {
  const x = input("x", [SIZE, SIZE]);
  let y = x;
  for (let i = 0; i < 150; i++) y = matmul(y, x);
  return fileBytes(serialise({ y }));
}

const MODEL = slowModel();

/** Stands in for machines with a GPU: the network itself runs on the CPU under every name. */
const onCpu: DeviceSessionOptions["load"] = async (session) => {
  await session.create({ model: MODEL, device: "cpu", threads: 1 });
};

/** As on a machine where the devices named in `reasons` fail to load, for that reason. */
const failing =
  (reasons: Readonly<Record<string, string>>): DeviceSessionOptions["load"] =>
  async (session, device, signal) => {
    if (reasons[device] !== undefined) {
      throw new DeviceError(device, reasons[device]);
    }
    await onCpu(session, device, signal);
  };

const OUT_OF_MEMORY = "CUDA failure 2: out of memory";
const NO_ADAPTER = "Failed to get a WebGPU adapter: No supported adapters";

async function withSession(
  options: Omit<DeviceSessionOptions, "onWarning" | "onDevice">,
  use: (
    session: DeviceSession,
    warnings: readonly string[],
    devices: readonly string[],
  ) => Promise<void>,
): Promise<void> {
  const warnings: string[] = [];
  const devices: string[] = [];
  const onWarning = (warning: string) => warnings.push(warning);
  const onDevice = (device: string) => devices.push(device);
  const session = new DeviceSession({ ...options, onWarning, onDevice });
  try {
    await use(session, warnings, devices);
  } finally {
    await session.close();
  }
}

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test("a device that vanishes in the middle of a run: the run is repeated on the next", () =>
  observingWorkers((workers) =>
    withSession(
      { devices: ["cuda", "cpu"], choice: "auto", load: onCpu },
      async (session, warnings, devices) => {
        const { y: expected } = await session.run(FEEDS);
        assert.is(session.device, "cuda");
        assert.equal(devices, ["cuda"]);
        const runs = [session.run(FEEDS), session.run(FEEDS)];
        workers[0].kill("SIGSEGV");
        for (const { y } of await Promise.all(runs)) assert.equal(y, expected);
        assert.is(session.device, "cpu");
        assert.equal(devices, ["cuda", "cpu"]);
        assert.is(workers.length, 2);
        assert.is(warnings.length, 1);
        assert.match(
          warnings[0],
          /^execution provider cpu: its process ended unexpectedly \(SIGSEGV\) — .*; going on with cpu$/,
        );
      },
    ),
  ));

test("on the last device a run that fails is an error, and the next run works again", () =>
  observingWorkers((workers) =>
    withSession({ devices: ["cpu"], choice: "auto", load: onCpu }, async (session, warnings) => {
      await session.run(FEEDS);
      const run = errorOf(session.run(FEEDS));
      workers[0].kill("SIGSEGV");
      assert.instance(await run, DeviceError);
      const { y } = await session.run(FEEDS);
      assert.ok(y.every(Number.isFinite));
      assert.equal(warnings, []);
    }),
  ));

test("a device that cannot load the model is passed over with its reason and the remedy", () =>
  withSession(
    {
      devices: ["cuda", "webgpu", "cpu"],
      choice: "auto",
      load: failing({ cuda: OUT_OF_MEMORY, webgpu: NO_ADAPTER }),
    },
    async (session, warnings, devices) => {
      await session.run(FEEDS);
      assert.equal(devices, ["cpu"], "only where it was loaded");
      assert.equal(warnings, [
        `execution provider cuda: ${OUT_OF_MEMORY} — use a smaller precision, a smaller model or another --device; going on with cpu`,
      ]);
    },
  ));

test("a device that the machine does not have is missed only when it was asked for", () =>
  withSession(
    { devices: ["webgpu", "cpu"], choice: "webgpu", load: failing({ webgpu: NO_ADAPTER }) },
    async (session, warnings) => {
      await session.run(FEEDS);
      assert.is(warnings.length, 1);
      assert.match(warnings[0], `execution provider webgpu: ${NO_ADAPTER} — `);
    },
  ));

test("the last device's error is thrown by each run, as is one that is not about a device", async () => {
  await withSession(
    { devices: ["webgpu", "cpu"], choice: "auto", load: failing({ webgpu: "?", cpu: "broken" }) },
    async (session) => {
      for (const run of [session.run(FEEDS), session.run(FEEDS)]) {
        const error = await errorOf(run);
        assert.instance(error, DeviceError);
        assert.is((error as DeviceError).reason, "broken");
      }
    },
  );
  const cancelled = () => Promise.reject(new CancelledError());
  await withSession(
    { devices: ["webgpu", "cpu"], choice: "auto", load: cancelled },
    async (session, warnings) => {
      assert.instance(await errorOf(session.run(FEEDS)), CancelledError);
      assert.equal(warnings, []);
    },
  );
});

test("closing in the middle of a run fails it and passes nothing over", () =>
  withSession(
    { devices: ["cuda", "cpu"], choice: "auto", load: onCpu },
    async (session, warnings) => {
      await session.run(FEEDS);
      const run = errorOf(session.run(FEEDS));
      await session.close();
      assert.instance(await run, DeviceError);
      assert.equal(warnings, []);
    },
  ));

test.run();
