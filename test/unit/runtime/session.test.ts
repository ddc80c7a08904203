import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, ModelError } from "../../../plugin/core/errors.ts";
import { fileBytes, serialise } from "../../../plugin/graph/onnx.ts";
import { add } from "../../../plugin/graph/ops/add.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import { matmul } from "../../../plugin/graph/ops/matmul.ts";
import type { Tensor } from "../../../plugin/graph/tensor.ts";
import { Session } from "../../../plugin/runtime/session.ts";
import { observingWorkers } from "../../helpers/observe-workers.ts";
import { descendantsOf, noProcessList, untilEnded } from "../../helpers/processes.ts";
import { testUnless } from "../../helpers/skip.ts";

const test = suite("sessions");

const modelOf = (y: Tensor): Uint8Array => fileBytes(serialise({ y }));

const DOUBLE = modelOf(add(input("x", [2]), input("x2", [2])));
const feed = (a: number, b: number): { shape: number[]; data: Float32Array } => ({
  shape: [2],
  data: Float32Array.of(a, b),
});

/** A run of some seconds, so that it is surely under way when something happens to it. */
const SIZE = 1024;
const SLOW_FEEDS = { x: { shape: [SIZE, SIZE], data: new Float32Array(SIZE * SIZE) } };

function slowModel(): Uint8Array {
  const x = input("x", [SIZE, SIZE]);
  let y = x;
  for (let i = 0; i < 150; i++) y = matmul(y, x);
  return modelOf(y);
}

async function withSession(use: (session: Session) => Promise<void>): Promise<void> {
  const session = new Session();
  try {
    await use(session);
  } finally {
    await session.close();
  }
}

async function withModel(
  model: Uint8Array,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  await withSession(async (session) => {
    await session.create({ model, device: "cpu", threads: 1 });
    await use(session);
  });
}

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test("runs a model and leaves the inputs as they were", () =>
  withModel(DOUBLE, async (session) => {
    const x = feed(1, 2);
    const { y } = await session.run({ x, x2: feed(10, 20) });
    assert.equal(y, Float32Array.of(11, 22));
    assert.equal(x.data, Float32Array.of(1, 2));
  }));

test("answers requests in order", () =>
  withModel(DOUBLE, async (session) => {
    const runs = [1, 2, 3].map((n) => session.run({ x: feed(n, n), x2: feed(0, 0) }));
    const results = await Promise.all(runs);
    assert.equal(
      results.map(({ y }) => y[0]),
      [1, 2, 3],
    );
  }));

test("an input to be kept is sent once, and again when it is another or the model is", () =>
  withModel(DOUBLE, async (session) => {
    const x = { ...feed(1, 2), keep: true };
    const outputs = async (kept: typeof x) => {
      const { y } = await session.run({ x: kept, x2: feed(10, 20) });
      return y;
    };
    assert.equal(await outputs(x), Float32Array.of(11, 22));
    x.data[0] = 5; // which the worker does not see
    assert.equal(await outputs(x), Float32Array.of(11, 22));
    assert.equal(await outputs({ ...feed(3, 4), keep: true }), Float32Array.of(13, 24));
    assert.equal(await outputs(x), Float32Array.of(15, 22));
    await session.create({ model: DOUBLE, device: "cpu", threads: 1 });
    assert.equal(await outputs(x), Float32Array.of(15, 22));
  }));

test("only the outputs that are wanted come back, and creating tells what there are", () =>
  withSession(async (session) => {
    const x = input("x", [2]);
    const model = fileBytes(serialise({ twice: add(x, x), same: x }));
    assert.equal(await session.create({ model, device: "cpu", threads: 1 }), {
      inputs: [{ name: "x", shape: [2] }],
      outputs: [
        { name: "twice", shape: [2] },
        { name: "same", shape: [2] },
      ],
    });
    const outputs = await session.run({ x: feed(1, 2) }, undefined, ["twice"]);
    assert.equal(outputs, { twice: Float32Array.of(2, 4) });
  }));

test("a model that is none is a device error, and the session stays usable", () =>
  withSession(async (session) => {
    const broken = { model: Buffer.from("no model"), device: "cpu", threads: 1 } as const;
    const error = await errorOf(session.create(broken));
    assert.instance(error, ModelError);
    assert.is((error as ModelError).code, "device");
    assert.match((error as ModelError).message, /^execution provider cpu: [^\n]+$/);
    await session.create({ model: DOUBLE, device: "cpu", threads: 1 });
    assert.ok(session.alive);
  }));

test("a run with the wrong inputs is a device error, and the session stays usable", () =>
  withModel(DOUBLE, async (session) => {
    assert.instance(await errorOf(session.run({})), ModelError);
    const { y } = await session.run({ x: feed(1, 1), x2: feed(1, 1) });
    assert.equal(y, Float32Array.of(2, 2));
  }));

test("an aborted run fails at once and its process is killed", () =>
  withModel(slowModel(), async (session) => {
    const controller = new AbortController();
    const run = session.run(SLOW_FEEDS, controller.signal);
    controller.abort();
    assert.instance(await errorOf(run), CancelledError);
    assert.is(session.alive, false);
  }));

test("an aborted run does not take others with it", () =>
  withModel(DOUBLE, async (session) => {
    const controller = new AbortController();
    const x2 = feed(0, 0);
    const aborted = session.run({ x: feed(1, 1), x2 }, controller.signal);
    const other = session.run({ x: feed(2, 2), x2 });
    controller.abort();
    assert.instance(await errorOf(aborted), CancelledError);
    const { y } = await other;
    assert.equal(y, Float32Array.of(2, 2));
    assert.ok(session.alive);
  }));

test("a signal aborted before stops the run from being asked for", () =>
  withModel(DOUBLE, async (session) => {
    const run = session.run({ x: feed(1, 1), x2: feed(1, 1) }, AbortSignal.abort());
    assert.instance(await errorOf(run), CancelledError);
    assert.ok(session.alive);
  }));

test("closing fails what is under way", async () => {
  const session = new Session();
  await session.create({ model: slowModel(), device: "cpu", threads: 1 });
  const run = errorOf(session.run(SLOW_FEEDS));
  await session.close();
  assert.instance(await run, ModelError);
  assert.is(session.alive, false);
  assert.instance(await errorOf(session.run(SLOW_FEEDS)), ModelError);
});

test("a process that ends while nothing is asked of it is known to have ended", () =>
  observingWorkers((workers) =>
    withModel(DOUBLE, async (session) => {
      workers[0].kill("SIGKILL");
      await once(workers[0], "exit");
      assert.is(session.alive, false);
      const error = await errorOf(session.run({ x: feed(1, 1), x2: feed(1, 1) }));
      assert.match(String(error), /its process ended unexpectedly \(SIGKILL\)/);
    }),
  ));

test("whether a process ends before, while or after a run is sent, the run tells how it ended", () =>
  observingWorkers(async (workers) => {
    for (let round = 0; round < 3; round++) {
      await withModel(DOUBLE, async (session) => {
        const runs = Array.from({ length: 20 }, (_, i) => {
          if (i === 5 * round) workers[round].kill("SIGKILL");
          return errorOf(session.run({ x: feed(1, 1), x2: feed(1, 1) }));
        });
        const errors = (await Promise.all(runs)).filter((error) => error !== undefined);
        for (const error of errors) assert.match(String(error), "ended unexpectedly (SIGKILL)");
      });
    }
  }));

testUnless(
  noProcessList,
  test,
  "a session ends with its parent, also in the middle of a run",
  async () => {
    const script = fileURLToPath(new URL("../../helpers/endless-run.ts", import.meta.url));
    const parent = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(parent.stdout, "data");
    const processes = await descendantsOf(parent.pid ?? 0);
    assert.ok(processes.length > 0);
    parent.kill("SIGKILL");
    await untilEnded(processes);
  },
);

test("closing twice is harmless", async () => {
  const session = new Session();
  await session.close();
  await session.close();
});

test.run();
