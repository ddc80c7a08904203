import { mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError } from "../../../plugin/core/errors.ts";
import type { AddOptions } from "../../../plugin/models/add.ts";
import { openModel } from "../../../plugin/models/lrm.ts";
import { installedIds, removeInstalled } from "../../../plugin/models/store.ts";
import { verifyModel } from "../../../plugin/models/verify.ts";
import { errorOf, NON_COMMERCIAL, scene } from "../../helpers/adding-models.ts";
import { withEnvironment } from "../../helpers/environment.ts";
import { COMMIT, cutAfter, sha256Of } from "../../helpers/fake-hub.ts";
import { rejection } from "../../helpers/rejection.ts";
import { SMALL_MODELS } from "../../helpers/small-models.ts";

const test = suite("models/add from the hub");

const REPO = "studio/our-model";

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

test.run();
