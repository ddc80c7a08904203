import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import { addModel } from "../../../plugin/models/add.ts";
import { architectureOf } from "../../../plugin/models/families/config.ts";
import { fileHash } from "../../../plugin/models/file-hash.ts";
import { countParameters, loadDecoder, openModel } from "../../../plugin/models/lrm.ts";
import { DEFAULT_MODEL, findKnown, KNOWN_MODELS } from "../../../plugin/models/registry.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { TINY_CONFIG, writeTinyModel } from "../../helpers/tiny-model.ts";

const test = suite("models");

const errorOf = (work: Promise<unknown>): Promise<ModelError> => rejectionOf(ModelError, work);

test("the embedded model is the default and is what the registry says", () =>
  withFolder({}, async (cacheDir) => {
    const known = findKnown(DEFAULT_MODEL);
    assert.ok(known?.origin === "embedded");
    const model = await openModel(undefined, cacheDir);
    assert.is(model.id, known.id);
    assert.match(model.name, "preview");
    assert.is(model.weightsSha256, known.weightsSha256);
    assert.is(model.parameterCount, known.parameterCount);
    assert.is((await stat(model.weightsPath)).size, known.weightsBytes);
    assert.is(model.licence.spdx, "Apache-2.0");
    assert.is(model.licence.commercialUse, true);
    assert.equal(model.architecture.picture, { size: 168, borderRatio: 0.2, backdrop: 1 });
    assert.equal(model.architecture.triplane, { channels: 32, height: 24, width: 24 });
    assert.equal(model.architecture.frameAxes, ["y", "z", "x"]);
  }));

test("the embedded config agrees with the registry about the number of parameters", () =>
  withFolder({}, async (cacheDir) => {
    const { weightsPath, parameterCount } = await openModel(undefined, cacheDir);
    const config = JSON.parse(await readFile(join(weightsPath, "../config.json"), "utf8"));
    assert.is(parameterCount, config.parameters);
  }));

test("a folder is a model; an unknown licence is not assumed to allow anything", () =>
  withFolder({}, async (folder) => {
    await writeTinyModel(folder);
    const model = await openModel(folder, join(folder, "cache"));
    assert.is(model.id, "tiny");
    assert.is(model.licence.spdx, "NOASSERTION");
    assert.is(model.licence.commercialUse, false);
  }));

test("a folder's config may state its licence", () =>
  withFolder({}, async (folder) => {
    const licence = { spdx: "CC0-1.0", commercialUse: true, source: "the author" };
    await writeTinyModel(folder, { ...TINY_CONFIG, licence } as typeof TINY_CONFIG);
    const model = await openModel(folder, join(folder, "cache"));
    assert.equal(model.licence, licence);
  }));

test("an unknown name lists the models", async () => {
  const error = await errorOf(openModel("no-such-model", "/nowhere", "/nowhere"));
  assert.is(error.code, "unknown-model");
  assert.match(error.message, "maquette-tiny, vfusion3d");
  assert.not.match(error.message, "isnet");
});

test("a known model that is not installed says how to, how large it is, and its licence", async () => {
  const error = await errorOf(openModel("vfusion3d", "/nowhere", "/nowhere"));
  assert.is(error.code, "unknown-model");
  assert.is(
    error.message,
    "model vfusion3d: not installed — run: maquette models add vfusion3d (1.81 GB, CC-BY-NC-4.0, no commercial use)",
  );
  const matte = await errorOf(openModel("isnet-general-use", "/nowhere", "/nowhere"));
  assert.match(matte.message, "makes no meshes");
});

test("a checkpoint's path says that it is added first", async () => {
  const error = await errorOf(openModel("models/hero.ckpt", "/nowhere", "/nowhere"));
  assert.is(
    error.message,
    "model models/hero.ckpt: a file is added first — run: maquette models add models/hero.ckpt",
  );
});

test("an installed model whose weights were changed is refused with the remedy", () =>
  withFolder({}, async (folder) => {
    const [cwd, modelsDir, cacheDir] = ["w", "m", "c"].map((name) => join(folder, name));
    await mkdir(cwd);
    await writeTinyModel(cwd);
    await addModel(".", { cwd, modelsDir, id: "ours" });
    assert.is((await openModel("ours", cacheDir, modelsDir)).id, "ours");
    await appendFile(join(modelsDir, "ours/model.safetensors"), "x");
    const error = await errorOf(openModel("ours", cacheDir, modelsDir));
    assert.is(error.code, "mismatch");
    assert.match(error.message, /run: maquette models remove ours, then add it again$/);
    await rm(join(modelsDir, "ours/model.safetensors"));
    assert.is((await errorOf(openModel("ours", cacheDir, modelsDir))).code, "unreadable");
  }));

test("the released models have the parameters that the registry says", () => {
  for (const model of KNOWN_MODELS) {
    if (model.origin !== "hub") continue;
    assert.is(countParameters(architectureOf(model.sizes)), model.parameterCount, model.id);
  }
});

test("a folder without config.json is unreadable", () =>
  withFolder({}, async (folder) => {
    await writeTinyModel(folder);
    await rm(join(folder, "config.json"));
    assert.is((await errorOf(openModel(folder, join(folder, "cache")))).code, "unreadable");
  }));

test("the decoder has the shapes of its config", () =>
  withFolder({}, async (folder) => {
    await writeTinyModel(folder);
    const { layers } = await loadDecoder(await openModel(folder, join(folder, "cache")));
    const shapes = layers.map(({ rows, columns, weight, bias }) => [
      rows,
      columns,
      weight.length,
      bias.length,
    ]);
    assert.equal(shapes, [
      [8, 9, 72, 8],
      [8, 8, 64, 8],
      [8, 8, 64, 8],
      [4, 8, 32, 4],
    ]);
  }));

test("a foreign checkpoint is refused with the names that do not fit", () =>
  withFolder({}, async (folder) => {
    await writeTinyModel(folder);
    const wider = { ...TINY_CONFIG, decoder: { ...TINY_CONFIG.decoder, hidden: 16 } };
    await writeFile(join(folder, "config.json"), JSON.stringify(wider));
    const model = await openModel(folder, join(folder, "cache"));
    const error = await errorOf(loadDecoder(model));
    assert.is(error.code, "mismatch");
    assert.match(error.message, "synthesizer.decoder.net.0.weight (8,9) instead of (16,9)");
  }));

test("a file is hashed once and again when its size or time changes", () =>
  withFolder({ file: "abc" }, async (folder) => {
    const path = join(folder, "file");
    const cacheDir = join(folder, "cache");
    // SHA-256 of "abc", from FIPS 180-2.
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    await utimes(path, 1000, 1000);
    assert.is(await fileHash(path, cacheDir), abc);

    await writeFile(path, "xyz");
    await utimes(path, 1000, 1000);
    assert.is(await fileHash(path, cacheDir), abc, "same size and time: not read again");

    await utimes(path, 1000, 2000);
    const renewed = await fileHash(path, cacheDir);
    assert.is.not(renewed, abc, "another time");
    await appendFile(path, "!");
    await utimes(path, 1000, 2000);
    assert.is.not(await fileHash(path, cacheDir), renewed, "another size");
  }));

test("a damaged hash record is renewed", () =>
  withFolder({ file: "abc" }, async (folder) => {
    const path = join(folder, "file");
    const cacheDir = join(folder, "cache");
    const hash = await fileHash(path, cacheDir);
    const [record] = await readdir(join(cacheDir, "hashes"));
    for (const damage of ["", "{", '{"path":3}']) {
      await writeFile(join(cacheDir, "hashes", record), damage);
      assert.is(await fileHash(path, cacheDir), hash);
    }
  }));

test.run();
