import { rename } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import type { Checkpoint } from "../../../plugin/models/checkpoint/checkpoint.ts";
import { openCheckpoint } from "../../../plugin/models/checkpoint/open.ts";
import { readFinite } from "../../../plugin/models/checkpoint/read-finite.ts";
import { writeSafetensors } from "../../../plugin/models/checkpoint/write-safetensors.ts";
import { compileModel } from "../../../plugin/models/compile.ts";
import { type LrmModel, loadDecoder, openModel } from "../../../plugin/models/lrm.ts";
import { rejection } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyModel } from "../../helpers/tiny-model.ts";

const test = suite("finite weights");

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await rejection(work);
  assert.instance(error, ModelError);
  assert.is((error as ModelError).code, "bad-value");
  return (error as ModelError).message;
}

/** A small model, one of whose tensors has a NaN as its third value. */
function withNaN(
  spoilt: string,
  use: (model: LrmModel, cacheDir: string) => Promise<void>,
): Promise<void> {
  return withFolder({}, async (folder) => {
    await writeTinyModel(folder);
    const path = join(folder, "model.safetensors");
    await rename(path, join(folder, "sound"));
    const sound = await openCheckpoint(join(folder, "sound"));
    const tensors = [...sound.tensors].map(([name, { shape }]) => {
      return { name, shape, dtype: "F32" } as const;
    });
    await writeSafetensors(path, tensors, async (name) => {
      const values = await sound.read(name);
      if (name === spoilt) values[2] = Number.NaN;
      return values;
    });
    await sound.close();
    const cacheDir = join(folder, "cache");
    await use(await openModel(folder, cacheDir), cacheDir);
  });
}

test("the first value that is not finite is named with its place", async () => {
  const values = new Map([
    ["sound", [1, -2]],
    ["diverged", [1, Number.NaN, Number.NaN]],
    ["overflown", [1, 2, Number.NEGATIVE_INFINITY]],
  ]);
  const checkpoint: Checkpoint = {
    tensors: new Map(),
    read: (name) => Promise.resolve(Float32Array.from(values.get(name) ?? [])),
    close: () => Promise.resolve(),
  };
  assert.equal([...(await readFinite(checkpoint, "sound"))], [1, -2]);
  assert.match(
    await messageOf(readFinite(checkpoint, "diverged")),
    "tensor diverged: the value at 1 of 3 is NaN",
  );
  assert.match(
    await messageOf(readFinite(checkpoint, "overflown")),
    "the value at 2 of 3 is -Infinity",
  );
});

test("a model with a NaN is not compiled", () =>
  withNaN("transformer.layers.0.mlp.0.weight", async (model, cacheDir) => {
    assert.match(
      await messageOf(compileModel(model, cacheDir)),
      "tensor transformer.layers.0.mlp.0.weight: the value at 2 of 1024 is NaN",
    );
  }));

test("a decoder with a NaN is not loaded", () =>
  withNaN("synthesizer.decoder.net.6.bias", async (model) => {
    assert.match(
      await messageOf(loadDecoder(model)),
      "tensor synthesizer.decoder.net.6.bias: the value at 2 of 4 is NaN",
    );
  }));

test.run();
