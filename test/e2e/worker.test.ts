import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { copyFile, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, InputError, ModelError } from "../../plugin/core/errors.ts";
import type { Stage } from "../../plugin/core/progress.ts";
import { DEFAULT_MODEL } from "../../plugin/models/registry.ts";
import type { GenerateRequest, MeshGenerator } from "../../plugin/pipeline/contract.ts";
import { openGenerator } from "../../plugin/pipeline/generate.ts";
import { type Delay, realDelay } from "../../plugin/project/watch/clock.ts";
import { openWorkerGenerator } from "../../plugin/service/worker/worker-generator.ts";
import { observingWorkers } from "../helpers/observe-workers.ts";
import { descendantsOf, noProcessList, untilEnded } from "../helpers/processes.ts";
import { rejection, rejectionOf } from "../helpers/rejection.ts";
import { testUnless } from "../helpers/skip.ts";
import { withFolder } from "../helpers/temporary-folder.ts";
import { writeTinyModel } from "../helpers/tiny-model.ts";
import { serve } from "../unit/service/served-project.ts";

const test = suite("e2e/worker");

const PICTURE = fileURLToPath(new URL("../../samples/concept-art/cottage.png", import.meta.url));

const REQUEST: GenerateRequest = {
  picturePath: PICTURE,
  name: "cottage",
  settings: {
    resolution: 48,
    isoDensity: 1,
    triangles: 500,
    size: { axis: "longest", metres: 1 },
    matte: "auto",
    preprocess: "best",
  },
};

/** Is under way for seconds: what is to happen meanwhile does, also on a machine at work. */
const LONG_REQUEST: GenerateRequest = {
  ...REQUEST,
  settings: { ...REQUEST.settings, resolution: 256 },
};

const OPTIONS = { model: DEFAULT_MODEL, device: "cpu", onWarning: () => undefined };

interface Workers {
  /** The process that was started last. */
  readonly last: () => ChildProcess;
  readonly started: () => number;
  /** What it said the model runs on. */
  readonly devices: readonly string[];
}

/** The embedded model in its worker process. */
function withGenerator(
  body: (generator: MeshGenerator, worker: Workers) => Promise<void>,
): Promise<void> {
  return observingWorkers(async (workers) => {
    const devices: string[] = [];
    const onDevice = (device: string): number => devices.push(device);
    const generator = await openWorkerGenerator({ ...OPTIONS, onDevice });
    const last = (): ChildProcess => workers[workers.length - 1] as ChildProcess;
    try {
      await body(generator, { last, started: () => workers.length, devices });
    } finally {
      await generator.close();
    }
  });
}

/** Resolves with the first stage that is told of. */
function untilAtWork(generator: MeshGenerator, request: GenerateRequest) {
  let onStage: (stage: Stage) => void = () => undefined;
  const atWork = new Promise<Stage>((resolve) => {
    onStage = resolve;
  });
  const made = generator.generate({ ...request, onProgress: onStage });
  return { made, atWork };
}

test("a mesh is what the same process would have made, byte for byte", () =>
  withGenerator(async (generator, { devices }) => {
    assert.equal(devices, [], "nothing runs before the first picture");
    const reference = await openGenerator(OPTIONS);
    try {
      const stages: Stage[] = [];
      const onProgress = (stage: Stage): number => stages.push(stage);
      const { glb, report } = await generator.generate({ ...REQUEST, onProgress });
      const expected = await reference.generate(REQUEST);
      assert.ok(glb instanceof Uint8Array);
      assert.ok(Buffer.from(glb).equals(expected.glb));
      assert.equal({ ...report, timingsMs: {} }, { ...expected.report, timingsMs: {} });
      assert.equal(generator.model, reference.model);
      assert.equal(devices, ["cpu"]);
      assert.equal([...new Set(stages)], Object.keys(report.timingsMs));
    } finally {
      await reference.close();
    }
  }));

test("what opening refuses, and what a picture is refused for, is the same error", async () => {
  const unknown = { ...OPTIONS, model: "no-such-model" };
  const refused = await rejectionOf(ModelError, openWorkerGenerator(unknown));
  const expected = await rejectionOf(ModelError, openGenerator(unknown));
  assert.equal([refused.code, refused.message], [expected.code, expected.message]);
  const device = await rejectionOf(InputError, openWorkerGenerator({ ...OPTIONS, device: "gpu" }));
  assert.is(device.code, "bad-option");

  await withFolder({ "bad.png": "no picture" }, (folder) =>
    withGenerator(async (generator) => {
      const reference = await openGenerator(OPTIONS);
      const request = { ...REQUEST, picturePath: join(folder, "bad.png") };
      const error = await rejectionOf(InputError, generator.generate(request));
      const same = await rejectionOf(InputError, reference.generate(request));
      assert.equal([error.code, error.message], [same.code, same.message]);
      await reference.close();
    }),
  );
});

testUnless(
  noProcessList,
  test,
  "a crash fails the picture in work and leaves no process; the next picture gets a new one",
  () =>
    withGenerator(async (generator, worker) => {
      const former = worker.last();
      const { made, atWork } = untilAtWork(generator, LONG_REQUEST);
      await atWork;
      const sessions = await descendantsOf(former.pid ?? 0);
      former.kill("SIGSEGV");
      const error = await rejectionOf(ModelError, made);
      assert.is(error.code, "device");
      assert.match(error.message, "model process: crashed (SIGSEGV)");
      await untilEnded(sessions);

      const { glb } = await generator.generate(REQUEST);
      assert.is(Buffer.from(glb).toString("latin1", 0, 4), "glTF");
      assert.is(worker.started(), 2);
    }),
);

test("a model that crashes every time is started for each attempt at a picture, and then no more", () =>
  withFolder({}, (cwd) =>
    withGenerator(async (generator, { last }) => {
      /** The first, and one after each of the three pauses. */
      const ATTEMPTS = 4;
      const SHORT_MS = 10;
      let started = 0;
      const crash = (message: unknown): void => {
        const { process } = message as { process: ChildProcess };
        process.once("spawn", () => process.kill("SIGKILL")); // before, it has no id
        started++;
      };
      const former = last();
      former.kill("SIGKILL");
      await once(former, "exit");
      subscribe("child_process", crash);
      const delay: Delay = (ms, action) => realDelay(Math.min(ms, SHORT_MS), action);
      const project = await serve(cwd, { generator, delay });
      try {
        const listener = project.listen();
        for (const name of ["a.png", "b.png"]) {
          started = 0;
          await copyFile(PICTURE, join(cwd, "draft"));
          await rename(join(cwd, "draft"), join(cwd, name));
          const { problem } = await listener.untilState(name, "failed");
          assert.is(problem?.code, "device");
          assert.is(started, ATTEMPTS, name);
        }
        listener.socket.close();
      } finally {
        unsubscribe("child_process", crash);
        await project.service.stop();
      }
    }),
  ));

test("a crash while nothing is in work goes unnoticed", () =>
  withGenerator(async (generator, worker) => {
    const former = worker.last();
    former.kill("SIGKILL");
    await once(former, "exit");
    await generator.generate(REQUEST);
    assert.is(worker.started(), 2);
  }));

test("of pictures that were in work together each is tried alone, and all get their mesh", () =>
  withGenerator(async (generator, worker) => {
    const works = ["a", "b", "c"].map((name) => untilAtWork(generator, { ...REQUEST, name }));
    await Promise.all(works.map(({ atWork }) => atWork));
    worker.last().kill("SIGKILL");
    const results = await Promise.all(works.map(({ made }) => made));
    assert.is(results.length, 3);
    assert.is(worker.started(), 2);
    const [a, b] = results;
    assert.not.ok(Buffer.from(a?.glb ?? []).equals(b?.glb ?? Buffer.alloc(0)), "names differ");
  }));

test("cancelling is heard at once, and the process goes on with other pictures", () =>
  withGenerator(async (generator, worker) => {
    const controller = new AbortController();
    const { made, atWork } = untilAtWork(generator, { ...REQUEST, signal: controller.signal });
    const other = generator.generate(REQUEST);
    await atWork;
    controller.abort();
    assert.instance(await rejection(made), CancelledError);
    assert.ok((await other).glb.length > 0);
    assert.instance(
      await rejection(generator.generate({ ...REQUEST, signal: controller.signal })),
      CancelledError,
    );
    assert.is(worker.started(), 1);
  }));

testUnless(
  noProcessList,
  test,
  "closing ends the process and its sessions; later work is refused",
  () =>
    withGenerator(async (generator, worker) => {
      const { made, atWork } = untilAtWork(generator, LONG_REQUEST);
      const refused = rejection(made);
      await atWork;
      const pid = worker.last().pid ?? 0;
      const processes = [pid, ...(await descendantsOf(pid))];
      await generator.close();
      assert.instance(await refused, CancelledError);
      await untilEnded(processes);
      assert.instance(await rejection(generator.generate(REQUEST)), CancelledError);
    }),
);

test("meshes of other weights than those it was opened with are not made", () =>
  withFolder({}, (folder) =>
    observingWorkers(async (workers) => {
      await writeTinyModel(folder);
      const generator = await openWorkerGenerator({ ...OPTIONS, model: folder });
      try {
        const weights = join(folder, "model.safetensors");
        const bytes = await readFile(weights);
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
        await writeFile(weights, bytes);
        const [worker] = workers;
        worker?.kill("SIGKILL");
        if (worker !== undefined) await once(worker, "exit");
        const error = await rejectionOf(ModelError, generator.generate(REQUEST));
        assert.is(error.code, "mismatch");
        assert.match(error.message, "its weights were replaced meanwhile");
      } finally {
        await generator.close();
      }
    }),
  ));

test.run();
