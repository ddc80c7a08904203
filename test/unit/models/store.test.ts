import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError, ModelError } from "../../../plugin/core/errors.ts";
import { claimDownload } from "../../../plugin/models/download/claim.ts";
import type { Manifest } from "../../../plugin/models/manifest.ts";
import {
  findInstalled,
  installedIds,
  isModelId,
  makeDraft,
  publish,
  removeInstalled,
} from "../../../plugin/models/store.ts";
import { sha256Of } from "../../helpers/fake-hub.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("models/store");

/** A process id beyond what Linux, macOS and Windows give. */
const NO_PROCESS = 2 ** 31 - 1;
const DAY_MS = 24 * 3600 * 1000;
const HASH = "a".repeat(64);

function manifestOf(id: string, content: string): Manifest {
  const record = { bytes: content.length, sha256: sha256Of(Buffer.from(content)) };
  return {
    version: 1,
    id,
    name: id,
    kind: "matte",
    licence: { spdx: "MIT", commercialUse: true, source: "its page" },
    source: { ...record, from: "x.onnx" },
    files: { "model.onnx": record },
  };
}

async function draftOf(modelsDir: string, content: string): Promise<string> {
  const draft = await makeDraft(modelsDir);
  await writeFile(join(draft, "model.onnx"), content);
  return draft;
}

test("a published model is found, with the path of its weights", () =>
  withFolder({}, async (modelsDir) => {
    assert.is(await findInstalled("cutter", modelsDir), undefined);
    const manifest = manifestOf("cutter", "x");
    await publish(await draftOf(modelsDir, "x"), manifest, modelsDir);
    const folder = join(modelsDir, "cutter");
    assert.equal(await findInstalled("cutter", modelsDir), {
      ...manifest,
      folder,
      weightsPath: join(folder, "model.onnx"),
    });
    assert.equal(await installedIds(modelsDir), ["cutter"]);
    assert.equal(await readdir(modelsDir), ["cutter"]);
  }));

test("the second to publish the same weights leaves the first in place; other weights are refused", () =>
  withFolder({}, async (modelsDir) => {
    const [first, second, other] = await Promise.all(
      ["x", "x", "y"].map((content) => draftOf(modelsDir, content)),
    );
    await publish(first, manifestOf("cutter", "x"), modelsDir);
    await publish(second, manifestOf("cutter", "x"), modelsDir);
    await rejectionOf(ModelError, publish(other, manifestOf("cutter", "y"), modelsDir));
    assert.is(await readFile(join(modelsDir, "cutter/model.onnx"), "utf8"), "x");
    assert.equal(await readdir(modelsDir), ["cutter"], "no draft is left");
  }));

test("a folder without a manifest is somebody else's: it is not listed, replaced or removed", () =>
  withFolder({ "cutter/own-work.ckpt": "" }, async (modelsDir) => {
    assert.is(await findInstalled("cutter", modelsDir), undefined);
    assert.equal(await installedIds(modelsDir), []);
    const draft = await draftOf(modelsDir, "x");
    const publishing = publish(draft, manifestOf("cutter", "x"), modelsDir);
    const { message } = await rejectionOf(InputError, publishing);
    assert.match(message, /^model cutter: .*cutter holds other files — /);
    assert.is(await removeInstalled("cutter", modelsDir), false);
    assert.equal(await readdir(join(modelsDir, "cutter")), ["own-work.ckpt"]);
  }));

test("a manifest that is damaged or another model's is told with the remedy", () =>
  withFolder({}, async (modelsDir) => {
    await mkdir(join(modelsDir, "cutter"));
    const sound = JSON.stringify(manifestOf("cutter", "x"));
    for (const text of [
      "",
      "{}",
      sound.slice(1),
      sound.replace('"id":"cutter"', '"id":"other"'),
      sound.replace("model.onnx", "../model.onnx"),
    ]) {
      await writeFile(join(modelsDir, "cutter/manifest.json"), text);
      const { message } = await rejectionOf(ModelError, findInstalled("cutter", modelsDir));
      assert.match(message, "run: maquette models remove cutter");
    }
    assert.equal(await installedIds(modelsDir), ["cutter"]);
    assert.is(await removeInstalled("cutter", modelsDir), true);
    assert.equal(await readdir(modelsDir), []);
    assert.is(await removeInstalled("cutter", modelsDir), false);
  }));

test("an id is a name and never a path", async () => {
  for (const id of ["a", "openlrm-obj-small-1.1", "A_b"]) assert.ok(isModelId(id), id);
  for (const id of [
    "",
    ".",
    "..",
    ".a",
    "a.",
    "a/b",
    "a\\b",
    "../a",
    "a b",
    "é",
    "a".repeat(101),
  ]) {
    assert.not(isModelId(id), id);
    assert.is(await findInstalled(id, "/"), undefined);
    assert.is(await removeInstalled(id, "/nowhere"), false);
  }
});

test("drafts that were left behind go after a day", () =>
  withFolder({ ".draft-old/x": "", ".draft-new/x": "" }, async (modelsDir) => {
    const old = new Date(Date.now() - 2 * DAY_MS);
    await utimes(join(modelsDir, ".draft-old"), old, old);
    await makeDraft(modelsDir);
    const names = await readdir(modelsDir);
    assert.not(names.includes(".draft-old"));
    assert.ok(names.includes(".draft-new"));
  }));

test("a download goes to one process at a time, and from one that has ended to the next", () =>
  withFolder({ [`.downloads/${HASH}.${NO_PROCESS}-0/file`]: "half" }, async (modelsDir) => {
    const first = await claimDownload(modelsDir, HASH);
    assert.is(await readFile(join(first.folder, "file"), "utf8"), "half");
    const second = await claimDownload(modelsDir, HASH);
    assert.is.not(second.folder, first.folder);
    assert.equal(await readdir(second.folder), [], "the first is still at it");
    first.release();
    const third = await claimDownload(modelsDir, HASH);
    assert.is(await readFile(join(third.folder, "file"), "utf8"), "half");
  }));

test("a running process keeps its download", () =>
  withFolder({ [`.downloads/${HASH}.${process.ppid}-0/file`]: "half" }, async (modelsDir) => {
    const { folder } = await claimDownload(modelsDir, HASH);
    assert.equal(await readdir(folder), []);
  }));

test("downloads that nobody came back to go after a month", () =>
  withFolder({}, async (modelsDir) => {
    const downloads = join(modelsDir, ".downloads");
    for (const [hash, days] of [
      ["b", 31],
      ["c", 29],
    ] as const) {
      const folder = join(downloads, `${hash.repeat(64)}.${NO_PROCESS}-0`);
      await mkdir(folder, { recursive: true });
      const time = new Date(Date.now() - days * DAY_MS);
      await utimes(folder, time, time);
    }
    await claimDownload(modelsDir, HASH);
    const hashes = (await readdir(downloads)).map((name) => name[0]).sort();
    assert.equal(hashes, ["a", "c"]);
  }));

test.run();
