import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, ModelError } from "../../../plugin/core/errors.ts";
import { compileModel } from "../../../plugin/models/compile.ts";
import { type LrmModel, openModel } from "../../../plugin/models/lrm.ts";
import { Encoder } from "../../../plugin/runtime/encoder.ts";
import { det } from "../../helpers/det.ts";
import { observingWorkers } from "../../helpers/observe-workers.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { TINY_CONFIG, tinyArchitecture, writeTinyModel } from "../../helpers/tiny-model.ts";

const test = suite("encoder");

const PICTURE = det([1, 3, 30, 30], 5);

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

function withModel(use: (model: LrmModel, cacheDir: string) => Promise<void>): Promise<void> {
  return withFolder({}, async (folder) => {
    await writeTinyModel(folder);
    const cacheDir = join(folder, "cache");
    await use(await openModel(folder, cacheDir), cacheDir);
  });
}

async function withEncoder(
  model: LrmModel,
  cacheDir: string,
  use: (encoder: Encoder) => Promise<void>,
): Promise<void> {
  const encoder = new Encoder(model, { cacheDir, device: "auto" });
  try {
    await use(encoder);
  } finally {
    await encoder.close();
  }
}

test("gives the planes of a picture and keeps the picture", () =>
  withModel((model, cacheDir) =>
    withEncoder(model, cacheDir, async (encoder) => {
      const planes = await encoder.encode(PICTURE);
      assert.is(encoder.device, "cpu");
      assert.equal([planes.channels, planes.height, planes.width], [3, 4, 4]);
      assert.is(planes.data.length, 3 * 3 * 4 * 4);
      assert.ok(planes.data.every(Number.isFinite));
      assert.equal(PICTURE, det([1, 3, 30, 30], 5));
      assert.equal(await encoder.encode(PICTURE), planes, "the same picture again");
    }),
  ));

test("creating it cannot fail; the first picture reports what is wrong", () =>
  withModel(async (model, cacheDir) => {
    const config = { ...TINY_CONFIG, decoder: { ...TINY_CONFIG.decoder, num_linear_layers: 5 } };
    const foreign = { ...model, architecture: tinyArchitecture(config) };
    await withEncoder(foreign, cacheDir, async (encoder) => {
      const error = await errorOf(encoder.encode(PICTURE));
      assert.instance(error, ModelError);
      assert.is((error as ModelError).code, "mismatch");
      assert.instance(await errorOf(encoder.encode(PICTURE)), ModelError, "and the next again");
    });
  }));

test("a device that this machine cannot offer is passed over with one line when it was named", () =>
  withModel(async (model, cacheDir) => {
    const warnings: string[] = [];
    const encoder = new Encoder(model, {
      cacheDir,
      device: process.platform === "darwin" ? "dml" : "coreml",
      onWarning: (warning) => warnings.push(warning),
    });
    const planes = await encoder.encode(PICTURE);
    assert.ok(planes.data.every(Number.isFinite));
    assert.match(
      warnings[0],
      /^execution provider \w+: not part of ONNX Runtime .* — .*; going on with \w+$/,
    );
    await encoder.close();
  }));

test("a cancelled picture fails at once, the next one is encoded", () =>
  withModel((model, cacheDir) =>
    withEncoder(model, cacheDir, async (encoder) => {
      const controller = new AbortController();
      const preparing = encoder.encode(PICTURE, { signal: controller.signal });
      controller.abort();
      assert.instance(await errorOf(preparing), CancelledError);

      const expected = await encoder.encode(PICTURE);
      const later = new AbortController();
      const running = encoder.encode(PICTURE, { signal: later.signal });
      later.abort();
      assert.instance(await errorOf(running), CancelledError);
      assert.equal(await encoder.encode(PICTURE), expected);
    }),
  ));

test("a worker that dies fails its picture; the next picture gets a new worker", () =>
  observingWorkers((workers) =>
    withModel((model, cacheDir) =>
      withEncoder(model, cacheDir, async (encoder) => {
        const expected = await encoder.encode(PICTURE);
        const doomed = encoder.encode(PICTURE);
        workers[0].kill("SIGKILL");
        // The answer may have been on its way already, in which case the picture is simply done.
        const error = await errorOf(doomed);
        assert.ok(error === undefined || error instanceof ModelError);
        if (workers[0].exitCode === null && workers[0].signalCode === null) {
          await new Promise((resolve) => workers[0].once("exit", resolve));
        }
        assert.equal(await encoder.encode(PICTURE), expected);
        assert.is(workers.length, 2);
      }),
    ),
  ));

test("closing ends the worker, also while it is being prepared", () =>
  observingWorkers((workers) =>
    withModel(async (model, cacheDir) => {
      const used = new Encoder(model, { cacheDir, device: "auto" });
      await used.encode(PICTURE);
      await used.close();
      await new Encoder(model, { cacheDir, device: "auto" }).close();
      assert.instance(await errorOf(used.encode(PICTURE)), CancelledError);
      assert.is(workers.length, 2);
      for (const { exitCode, signalCode } of workers) assert.ok(exitCode === 0 || signalCode);
    }),
  ));

test("a compiled file that is damaged but looks untouched is compiled again", () =>
  withModel(async (model, cacheDir) => {
    const { path } = await compileModel(model, cacheDir);
    await writeFile(path, "damaged");
    const { size, mtimeMs } = await stat(path);
    const stamps = { "model.onnx": { size, mtimeMs } };
    await writeFile(join(path, "../stamps.json"), JSON.stringify(stamps));
    assert.is((await compileModel(model, cacheDir)).built, false);
    await withEncoder(model, cacheDir, async (encoder) => {
      assert.ok((await encoder.encode(PICTURE)).data.every(Number.isFinite));
    });
    assert.is((await readdir(join(cacheDir, "compiled"))).length, 1);
  }));

test.run();
