import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, InputError, ModelError } from "../../../plugin/core/errors.ts";
import { type AddOptions, addModel } from "../../../plugin/models/add.ts";
import { openCheckpoint } from "../../../plugin/models/checkpoint/open.ts";
import { writeSafetensors } from "../../../plugin/models/checkpoint/write-safetensors.ts";
import { statedLicence } from "../../../plugin/models/licence.ts";
import { openModel } from "../../../plugin/models/lrm.ts";
import type { HubModel, KnownModel, OnnxModel } from "../../../plugin/models/registry.ts";
import { findInstalled, installedIds, removeInstalled } from "../../../plugin/models/store.ts";
import { verifyModel } from "../../../plugin/models/verify.ts";
import { withEnvironment } from "../../helpers/environment.ts";
import {
  COMMIT,
  cutAfter,
  type FakeHub,
  refuse,
  sha256Of,
  withHub,
} from "../../helpers/fake-hub.ts";
import {
  call,
  dict,
  encodePickle,
  global,
  storage,
  type ToPickle,
  tensor,
} from "../../helpers/pickle.ts";
import { writeRandomModel } from "../../helpers/random-checkpoint.ts";
import { rejection } from "../../helpers/rejection.ts";
import { SMALL_MODELS } from "../../helpers/small-models.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { encodeTorchZip } from "../../helpers/torch-zip.ts";

const test = suite("models/add");

const REPO = "studio/our-model";
const NON_COMMERCIAL = { spdx: "CC-BY-NC-4.0", commercialUse: false, source: "its page" };
const ONNX = Buffer.from("stands for the matte network");

const RELEASED: HubModel = {
  id: "released",
  name: "Released",
  kind: "lrm",
  preview: false,
  licence: NON_COMMERCIAL,
  weightsBytes: 1e6,
  origin: "hub",
  parameterCount: 1,
  location: { repo: "lab/released", file: "model.safetensors" },
  sizes: SMALL_MODELS.vfusion3d,
};

interface Scene {
  readonly hub: FakeHub;
  /** Holds the small VFusion3D model as `source/model.safetensors`. */
  readonly folder: string;
  readonly modelsDir: string;
  readonly weights: Uint8Array;
  readonly add: (reference: string, options?: Partial<AddOptions>) => ReturnType<typeof addModel>;
}

function scene(body: (scene: Scene) => Promise<void>): () => Promise<void> {
  return () =>
    withFolder({}, (folder) =>
      withHub(async (hub) => {
        const source = join(folder, "source");
        await mkdir(source);
        await writeRandomModel(source, SMALL_MODELS.vfusion3d, 1);
        const weights = await readFile(join(source, "model.safetensors"));
        const modelsDir = join(folder, "models");
        const registry: KnownModel[] = [RELEASED, matteAt(hub)];
        const wait = () => Promise.resolve();
        const add: Scene["add"] = (reference, options) =>
          addModel(reference, { cwd: folder, modelsDir, registry, wait, ...options });
        const environment = {
          HF_ENDPOINT: hub.endpoint,
          HF_HOME: join(folder, "hf"),
          HF_HUB_CACHE: undefined,
          HUGGINGFACE_HUB_CACHE: undefined,
          HF_TOKEN: undefined,
          HF_TOKEN_PATH: undefined,
          HF_HUB_OFFLINE: undefined,
        };
        await withEnvironment(environment, () => body({ hub, folder, modelsDir, weights, add }));
      }),
    );
}

function matteAt(hub: FakeHub): OnnxModel {
  return {
    id: "cutter",
    name: "Cutter",
    kind: "matte",
    preview: false,
    licence: { spdx: "Apache-2.0", commercialUse: true, source: "its page" },
    weightsBytes: ONNX.length,
    origin: "web",
    url: hub.contentUrl("releases/cutter.onnx"),
    weightsSha256: sha256Of(ONNX),
  };
}

async function errorOf(work: Promise<unknown>): Promise<ModelError | InputError> {
  const error = await rejection(work);
  if (error instanceof ModelError || error instanceof InputError) return error;
  return assert.unreachable(`expected another error than ${error}`) as never;
}

/** One line with a remedy, and nothing that another command could see. */
async function assertRefused(
  { modelsDir, add }: Scene,
  reference: string,
  code: string,
  message: RegExp,
): Promise<void> {
  const error = await errorOf(add(reference));
  assert.is(error.code, code, error.message);
  assert.match(error.message, message);
  assert.match(error.message, /^[^\n]+ — [^\n]+$/);
  assert.equal(await installedIds(modelsDir), []);
  const left = await readdir(modelsDir).catch(() => []);
  assert.equal(
    left.filter((name) => name !== ".downloads"),
    [],
  );
}

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
  "a released model comes from the hub, with its licence and where it is from",
  scene(async ({ hub, folder, modelsDir, weights, add }) => {
    hub.files.set("lab/released/model.safetensors", { bytes: weights });
    const { model, isNew } = await add("released");
    assert.is(isNew, true);
    assert.equal(model.licence, NON_COMMERCIAL);
    const from = `${hub.endpoint}/lab/released/resolve/${COMMIT}/model.safetensors`;
    assert.equal(model.source, { from, bytes: weights.length, sha256: sha256Of(weights) });
    assert.equal((await readdir(model.folder)).sort(), [
      "config.json",
      "manifest.json",
      "model.safetensors",
    ]);
    const seen: number[] = [];
    assert.equal(await verifyModel(model, { onBytes: (bytes) => seen.push(bytes) }), []);
    const total = Object.values(model.files).reduce((sum, { bytes }) => sum + bytes, 0);
    assert.is(seen.at(-1), total);
    assert.equal(await readdir(join(modelsDir, ".downloads")), []);

    const opened = await openModel("released", join(folder, "cache"), modelsDir);
    assert.is(opened.id, "released");
    assert.is(opened.weightsSha256, sha256Of(weights));
    assert.equal(opened.licence, NON_COMMERCIAL);
    assert.equal(opened.architecture.picture.size, SMALL_MODELS.vfusion3d.encoder.imageSize);

    const again = await add("released");
    assert.is(again.isNew, false);
    assert.is(hub.contentRequests.length, 1);
  }),
);

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
  "any repository of a supported family can be added, under the licence of its card",
  scene(async ({ hub, weights, add }) => {
    hub.files.set(`${REPO}/README.md`, { bytes: Buffer.from("hello"), isLarge: false });
    hub.files.set(`${REPO}/model.safetensors`, { bytes: weights });
    hub.card = { license: "apache-2.0" };
    const { model } = await add(`hf:${REPO}`);
    assert.is(model.id, "our-model");
    assert.equal(model.licence, {
      spdx: "Apache-2.0",
      commercialUse: true,
      source: `${hub.endpoint}/${REPO}`,
    });
    hub.card = { license: "other", license_name: "our-terms", license_link: "https://x.test/l" };
    const other = await add(`hf:${REPO}/model.safetensors`, { id: "second" });
    assert.equal(other.model.licence, {
      spdx: "LicenseRef-our-terms",
      commercialUse: false,
      source: "https://x.test/l",
    });
  }),
);

test(
  "a token of the environment or of a login goes to the hub",
  scene(async ({ hub, folder, weights, add }) => {
    hub.files.set("lab/released/model.safetensors", { bytes: weights });
    await mkdir(join(folder, "hf"));
    await writeFile(join(folder, "hf/token"), "hf_login\n");
    await add("released");
    const tokens = hub.apiRequests.map(({ headers }) => headers.authorization);
    assert.equal(tokens, ["Bearer hf_login", "Bearer hf_login"]);
    assert.is(hub.contentRequests[0].headers.authorization, undefined);
    await withEnvironment({ HF_TOKEN: "not-hf-like" }, async () => {
      await errorOf(add("hf:a/b"));
      assert.is(hub.apiRequests.at(-1)?.headers.authorization, "Bearer not-hf-like");
    });
  }),
);

/** Puts a file where Hugging Face's tools would have put it. */
async function fillHubCache(home: string, bytes: Uint8Array, blobName: string): Promise<void> {
  const repo = join(home, "hub/models--lab--released");
  for (const name of ["blobs", "refs", `snapshots/${COMMIT}`]) {
    await mkdir(join(repo, name), { recursive: true });
  }
  await writeFile(join(repo, "blobs", blobName), bytes);
  await writeFile(join(repo, "refs/main"), COMMIT);
  await symlink(`../../blobs/${blobName}`, join(repo, `snapshots/${COMMIT}/model.safetensors`));
}

test(
  "what the Hugging Face cache holds is neither fetched nor stored twice",
  scene(async ({ hub, folder, weights, add }) => {
    hub.files.set("lab/released/model.safetensors", { bytes: weights });
    await fillHubCache(join(folder, "hf"), weights, sha256Of(weights));
    const { model } = await add("released");
    assert.equal(hub.contentRequests, []);
    assert.is((await stat(model.weightsPath)).nlink, 2);
  }),
);

test(
  "a damaged copy in the cache is not taken",
  scene(async ({ hub, folder, weights, add }) => {
    hub.files.set("lab/released/model.safetensors", { bytes: weights });
    await fillHubCache(join(folder, "hf"), weights.subarray(1), sha256Of(weights));
    const { model } = await add("released");
    assert.is(hub.contentRequests.length, 1);
    assert.equal(await verifyModel(model), []);
  }),
);

test(
  "without a network the cache is enough, and without both there is one clear line",
  scene(async ({ hub, folder, weights, modelsDir, add }) => {
    await withEnvironment({ HF_HUB_OFFLINE: "1" }, async () => {
      const error = await errorOf(add("released"));
      assert.match(error.message, /HF_HUB_OFFLINE is set — unset it to download$/);
      await fillHubCache(join(folder, "hf"), weights, sha256Of(weights));
      const warnings: string[] = [];
      await add("released", { onWarning: (message) => void warnings.push(message) });
      assert.match(warnings.join("\n"), /taking the copy in the Hugging Face cache$/);
    });
    assert.equal(hub.apiRequests, []);
    await removeInstalled("released", modelsDir);
    await hub.stop();
    await add("released");
    await hub.start();
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
  "a cut download is kept and goes on in the next attempt",
  scene(async ({ hub, modelsDir, weights, add }) => {
    hub.files.set("lab/released/model.safetensors", { bytes: weights });
    const controller = new AbortController();
    const half = weights.length >> 1;
    hub.answers.push(cutAfter(half, new Promise(() => undefined)));
    const stop = { onProgress: () => controller.abort(), signal: controller.signal };
    assert.instance(await rejection(add("released", stop)), CancelledError);
    assert.equal(await installedIds(modelsDir), []);
    await add("released");
    const { range } = hub.contentRequests[1].headers;
    assert.match(range ?? "", /^bytes=[1-9]\d*-$/);
    assert.equal(await readdir(join(modelsDir, ".downloads")), []);
  }),
);

test(
  "a check that is cancelled does not cost the download",
  scene(async ({ hub, weights, add }) => {
    hub.files.set("lab/released/model.safetensors", { bytes: weights });
    const controller = new AbortController();
    const onProgress: AddOptions["onProgress"] = ({ step }) => {
      if (step === "check") controller.abort();
    };
    const cancelled = add("released", { onProgress, signal: controller.signal });
    assert.instance(await rejection(cancelled), CancelledError);
    await add("released");
    assert.is(hub.contentRequests.length, 1);
  }),
);

test(
  "of two that add the same model at once both succeed, and it is sound",
  scene(async ({ hub, modelsDir, weights, add }) => {
    hub.files.set("lab/released/model.safetensors", { bytes: weights });
    const [first, second] = await Promise.all([add("released"), add("released")]);
    assert.equal(first.model, second.model);
    assert.equal(await verifyModel(first.model), []);
    assert.equal((await readdir(modelsDir)).sort(), [".downloads", "released"]);
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

test(
  "another file of the same repository, or a repository with a longer name, is not the same model",
  scene(async ({ hub, weights, add }) => {
    for (const place of ["lab/a/model.safetensors", "lab/a/sub/model.safetensors", "lab/ab/x.pt"])
      hub.files.set(place, { bytes: weights });
    await add("hf:lab/ab/x.pt", { id: "ours" });
    const shorter = await errorOf(add("hf:lab/a/model.safetensors", { id: "ours" }));
    assert.match(shorter.message, /^model ours: installed already, from .*lab\/ab\/resolve/);
    await add("hf:lab/a/sub/model.safetensors", { id: "mine" });
    assert.match(
      (await errorOf(add("hf:lab/a/model.safetensors", { id: "mine" }))).message,
      /^model mine: installed already/,
    );
    assert.is((await add("hf:lab/a/sub/model.safetensors", { id: "mine" })).isNew, false);
  }),
);

test(
  "a folder of somebody else's in the models folder is refused before anything is fetched",
  scene(async ({ hub, modelsDir, weights, add }) => {
    hub.files.set("lab/released/model.safetensors", { bytes: weights });
    await mkdir(join(modelsDir, "released"), { recursive: true });
    await writeFile(join(modelsDir, "released/own-work.ckpt"), "months of it");
    const error = await errorOf(add("released"));
    assert.match(error.message, /^model released: .* holds other files — move them away/);
    assert.is(hub.contentRequests.length, 0);
    assert.equal(await readdir(join(modelsDir, "released")), ["own-work.ckpt"]);
  }),
);

test(
  "more than the disk holds is refused before it is fetched",
  scene(async (context) => {
    const { hub } = context;
    const size = 1e15;
    hub.apiAnswers.push(({ response }) => {
      const lfs = { oid: "a".repeat(64), size, pointerSize: 1 };
      const file = { type: "file", path: "model.safetensors", size, lfs };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify([file]));
    });
    hub.files.set("lab/released/model.safetensors", { bytes: new Uint8Array(0) });
    hub.answers.push(({ response }) => {
      response.writeHead(200, { "content-length": String(size) }).flushHeaders();
    });
    const message =
      /needs 1000 TB in .* where .* are free — free some space, or set MAQUETTE_MODELS/;
    await assertRefused(context, "released", "disk-full", message);
  }),
);

test(
  "a checkpoint of another family than the released model is refused",
  scene(async (context) => {
    const { hub, folder } = context;
    await mkdir(join(folder, "triposr"));
    await writeRandomModel(join(folder, "triposr"), SMALL_MODELS.triposr, 1);
    const bytes = await readFile(join(folder, "triposr/model.safetensors"));
    hub.files.set("lab/released/model.safetensors", { bytes });
    const message = /holds a triposr model, not released/;
    await assertRefused(context, "released", "mismatch", message);
    assert.equal(await readdir(join(context.modelsDir, ".downloads")), [], "no use keeping it");
  }),
);

/** Writes the small model with some tensors changed, and no config.json. */
async function writeChanged(
  folder: string,
  change: (tensors: Map<string, { shape: readonly number[]; values: Float32Array }>) => void,
): Promise<void> {
  const checkpoint = await openCheckpoint(join(folder, "source/model.safetensors"));
  const tensors = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  for (const [name, { shape }] of checkpoint.tensors) {
    tensors.set(name, { shape, values: await checkpoint.read(name) });
  }
  await checkpoint.close();
  change(tensors);
  const stored = [...tensors].map(([name, { shape }]) => ({ name, dtype: "F32", shape }) as const);
  const read = async (name: string) => tensors.get(name)?.values ?? new Float32Array();
  await writeSafetensors(join(folder, "changed.safetensors"), stored, read);
}

test(
  "tensors too many or too few are named",
  scene(async (context) => {
    await writeChanged(context.folder, (tensors) => {
      tensors.set("ema.decay", { shape: [1], values: Float32Array.of(0.99) });
      tensors.delete("transformer.norm.bias");
    });
    await assertRefused(
      context,
      "changed.safetensors",
      "mismatch",
      /^changed\.safetensors: 1 tensors? missing \(transformer\.norm\.bias\); 1 tensors? not expected \(ema\.decay\)/,
    );
  }),
);

test(
  "a value that is not a number is refused with its tensor",
  scene(async (context) => {
    await writeChanged(context.folder, (tensors) => {
      tensors.get("transformer.norm.bias")?.values.set([Number.NaN], 3);
    });
    await assertRefused(
      context,
      "changed.safetensors",
      "bad-value",
      /tensor transformer\.norm\.bias: the value at 3 of 128 is NaN/,
    );
  }),
);

for (const [what, name, content, code, message] of [
  ["an empty ONNX file", "x.onnx", "", "unreadable", /^x\.onnx: is empty/],
  ["a foreign ONNX file", "x.onnx", "onnx", "mismatch", /other than the released cutter/],
  ["an empty checkpoint", "x.ckpt", "", "unreadable", /^x\.ckpt: .*download it again/],
  ["a web page", "x.safetensors", "<!DOCTYPE html>", "unreadable", /a web page/],
  [
    "a pickle that imports os",
    "x.ckpt",
    encodeTorchZip(call(global("os", "system"), "true")),
    "unreadable",
    /os\.system/,
  ],
  [
    "a bare pickle",
    "x.bin",
    encodePickle(call(global("os", "system"), "true")),
    "unreadable",
    /pickle/,
  ],
  [
    "another architecture",
    "sd.ckpt",
    encodeTorchZip(dict({ "unet.conv.weight": tensor(storage("Float", "0", 1), [1]) }), {
      "0": new Uint8Array(4),
    }),
    "mismatch",
    /unet\.conv\.weight/,
  ],
] as const) {
  test(
    `${what} is refused with one line and nothing half-installed`,
    scene(async (context) => {
      await writeFile(join(context.folder, name), content);
      await assertRefused(context, name, code, message);
    }),
  );
}

test(
  "a half-downloaded checkpoint is refused",
  scene(async (context) => {
    const { folder, weights } = context;
    await writeFile(join(folder, "x.safetensors"), weights.subarray(0, weights.length >> 1));
    await assertRefused(context, "x.safetensors", "unreadable", /^x\.safetensors: /);
  }),
);

test(
  "what is neither known nor a file is told with what is",
  scene(async (context) => {
    const { hub } = context;
    await assertRefused(context, "nothing", "not-found", /^nothing: .* released, cutter; /);
    await assertRefused(context, "hf:nothing", "bad-option", /expected hf:owner\/repo/);
    await assertRefused(context, "hf:no/body", "network", /^hf:no\/body: .* HTTP 401 — .*HF_TOKEN/);
    hub.files.set("a/b/readme.md", { bytes: Buffer.from("x"), isLarge: false });
    await assertRefused(context, "hf:a/b", "bad-option", /holds no checkpoint/);
    await assertRefused(context, "hf:a/b/readme.md", "mismatch", /no SHA-256/);
    await assertRefused(context, "hf:a/b/none.ckpt", "network", /no such file/);
    hub.apiAnswers.push(({ response }) => void response.end("<html>log in to the hotel</html>"));
    await assertRefused(context, "hf:a/b", "network", /does not answer as a hub does/);
    hub.apiAnswers.push(refuse(403));
    await assertRefused(context, "released", "network", /HTTP 403 — accept the model's terms/);
  }),
);

test.run();
