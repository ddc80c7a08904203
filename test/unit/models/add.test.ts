import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openCheckpoint } from "../../../plugin/models/checkpoint/open.ts";
import { statedLicence } from "../../../plugin/models/licence.ts";
import { openModel } from "../../../plugin/models/lrm.ts";
import { findInstalled, removeInstalled } from "../../../plugin/models/store.ts";
import { verifyModel } from "../../../plugin/models/verify.ts";
import { errorOf, NON_COMMERCIAL, ONNX, scene } from "../../helpers/adding-models.ts";
import { sha256Of } from "../../helpers/fake-hub.ts";
import { dict, storage, type ToPickle, tensor } from "../../helpers/pickle.ts";
import { writeRandomModel } from "../../helpers/random-checkpoint.ts";
import { SMALL_MODELS } from "../../helpers/small-models.ts";
import { encodeTorchZip } from "../../helpers/torch-zip.ts";

const test = suite("models/add");

/** Tensors as PyTorch would save them, each with a storage of its own. */
async function torchCheckpoint(path: string): Promise<Uint8Array> {
  const checkpoint = await openCheckpoint(path);
  const state: Record<string, ToPickle> = {};
  const storages: Record<string, Uint8Array> = {};
  for (const [name, { shape }] of checkpoint.tensors) {
    const values = await checkpoint.read(name);
    const key = String(Object.keys(storages).length);
    storages[key] = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    state[name] = tensor(storage("Float", key, values.length), shape);
  }
  await checkpoint.close();
  return encodeTorchZip(dict(state), storages);
}

test(
  "a PyTorch checkpoint is converted to the same values",
  scene(async ({ folder, modelsDir, weights, add }) => {
    const ckpt = await torchCheckpoint(join(folder, "source/model.safetensors"));
    await writeFile(join(folder, "fine-tuned.ckpt"), ckpt);
    const { model } = await add("fine-tuned.ckpt");
    assert.is(model.id, "fine-tuned");
    assert.equal(model.source, {
      from: "fine-tuned.ckpt",
      bytes: ckpt.length,
      sha256: sha256Of(ckpt),
    });
    assert.is(sha256Of(await readFile(model.weightsPath)), sha256Of(weights));
    assert.is((await findInstalled("fine-tuned", modelsDir))?.licence.spdx, "NOASSERTION");
  }),
);

test(
  "a folder's own config.json counts, and its copy is independent of the original",
  scene(async ({ folder, add }) => {
    const { model } = await add("source", { id: "ours" });
    assert.is(model.id, "ours");
    assert.is(model.name, "test vfusion3d");
    assert.is(model.licence.spdx, "CC0-1.0");
    await writeFile(join(folder, "source/model.safetensors"), "trained further");
    assert.equal(await verifyModel(model), []);
  }),
);

test(
  "a file of weights called model is named after its folder",
  scene(async ({ add }) => {
    assert.is((await add("source/model.safetensors")).model.id, "source");
  }),
);

test(
  "a file can be added as the released model it is, with that model's licence",
  scene(async (context) => {
    const { folder, add } = context;
    await writeFile(join(folder, "source/config.json"), '{"model_type":"another program\'s"}');
    const { model } = await add("source/model.safetensors", { id: "released" });
    assert.equal(model.licence, NON_COMMERCIAL);
    const licence = statedLicence("MIT", "me");
    const error = await errorOf(add("source", { id: "released", licence }));
    assert.match(error.message, /^--licence: released has one, CC-BY-NC-4.0 — /);
  }),
);

test(
  "a licence is stated for a model that has none; only known permissive ones permit selling",
  scene(async ({ folder, add }) => {
    await writeFile(join(folder, "source/config.json"), "{}");
    for (const [name, flag, spdx, commercialUse] of [
      ["mit", undefined, "MIT", true],
      ["cc-by-nc-4.0", undefined, "CC-BY-NC-4.0", false],
      ["Studio terms 2", undefined, "LicenseRef-Studio-terms-2", false],
      ["Studio terms 2", true, "LicenseRef-Studio-terms-2", true],
    ] as const) {
      const id = `m-${spdx}-${commercialUse}`;
      const { model } = await add("source", { id, licence: statedLicence(name, "me", flag) });
      assert.equal(model.licence, { spdx, commercialUse, source: "me" });
    }
  }),
);

test(
  "the matte network is one file, from the web or from a copy of it",
  scene(async ({ hub, folder, modelsDir, add }) => {
    hub.files.set("releases/cutter.onnx", { bytes: ONNX });
    const { model } = await add("cutter");
    assert.is(model.weightsPath, join(modelsDir, "cutter/model.onnx"));
    assert.equal(await readFile(model.weightsPath), ONNX);
    await removeInstalled("cutter", modelsDir);
    await writeFile(join(folder, "downloaded.onnx"), ONNX);
    assert.is((await add("downloaded.onnx")).model.id, "cutter");
    const error = await errorOf(openModel("cutter", folder, modelsDir));
    assert.match(error.message, /^model cutter: cuts objects out of pictures/);
  }),
);

test(
  "an id that is taken by other weights is not overwritten",
  scene(async ({ folder, add }) => {
    await add("source", { id: "ours" });
    assert.is((await add("source", { id: "ours" })).isNew, false);
    await mkdir(join(folder, "other"));
    await writeRandomModel(join(folder, "other"), SMALL_MODELS.vfusion3d, 2);
    const error = await errorOf(add("other", { id: "ours" }));
    assert.match(error.message, /^model ours: installed already, from model.safetensors — /);
  }),
);

test.run();
