import { createHash } from "node:crypto";
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, InputError, ModelError } from "../../../plugin/core/errors.ts";
import { serialise } from "../../../plugin/graph/onnx.ts";
import { COMPILER_VERSION, compileModel } from "../../../plugin/models/compile.ts";
import { type LrmModel, openModel } from "../../../plugin/models/lrm.ts";
import { det } from "../../helpers/det.ts";
import { testUnless } from "../../helpers/skip.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { TINY_CONFIG, tinyArchitecture, writeTinyModel } from "../../helpers/tiny-model.ts";

const test = suite("compiled models");

/** A small model in a folder of its own, with an empty cache. */
function withModel(use: (model: LrmModel, cacheDir: string) => Promise<void>): Promise<void> {
  return withFolder({}, async (folder) => {
    await writeTinyModel(folder);
    const cacheDir = join(folder, "cache");
    await use(await openModel(folder, cacheDir), cacheDir);
  });
}

async function run(path: string): Promise<Float32Array> {
  const session = await InferenceSession.create(path);
  const picture = new Tensor(det([1, 3, 30, 30], 5), [1, 3, 30, 30]);
  const { planes } = await session.run({ picture });
  await session.release();
  assert.equal(planes.dims, [1, 3, 3, 4, 4]);
  return planes.data as Float32Array;
}

test("a model is compiled once and then found", () =>
  withModel(async (model, cacheDir) => {
    const first = await compileModel(model, cacheDir);
    assert.is(first.built, true);
    assert.ok((await run(first.path)).every(Number.isFinite));
    assert.equal(await compileModel(model, cacheDir), { path: first.path, built: false });
  }));

test("another config or checkpoint has a place of its own", () =>
  withModel(async (model, cacheDir) => {
    const places = new Set<string>();
    const encoder = { ...TINY_CONFIG.encoder, position_form: "size" };
    const variants: LrmModel[] = [
      model,
      { ...model, weightsSha256: "0".repeat(64) },
      { ...model, architecture: tinyArchitecture({ ...TINY_CONFIG, encoder }) },
    ];
    for (const variant of variants) places.add((await compileModel(variant, cacheDir)).path);
    assert.is(places.size, 3);
  }));

test("weights in a side file give the same planes", () =>
  withModel(async (model, cacheDir) => {
    const inline = await compileModel(model, cacheDir);
    const expected = await run(inline.path);
    const external = await compileModel(model, cacheDir, { rebuild: true, externalThreshold: 0 });
    assert.equal((await readdir(dirname(external.path))).sort(), [
      "model.onnx",
      "stamps.json",
      "weights.bin",
    ]);
    assert.equal(await run(external.path), expected);
  }));

const DAMAGES: readonly [title: string, damage: (modelPath: string) => Promise<void>][] = [
  ["emptied", (path) => truncate(path)],
  ["cut short", (path) => truncate(path, 1000)],
  ["overwritten", async (path) => writeFile(path, Buffer.alloc((await stat(path)).size))],
  ["without stamps", (path) => writeFile(join(dirname(path), "stamps.json"), "")],
  ["with stamps of another kind", (path) => writeFile(join(dirname(path), "stamps.json"), "[1]")],
];

for (const [title, damage] of DAMAGES) {
  test(`a compiled model that was ${title} is compiled again`, () =>
    withModel(async (model, cacheDir) => {
      const { path } = await compileModel(model, cacheDir);
      const sound = await readFile(path);
      await damage(path);
      assert.is((await compileModel(model, cacheDir)).built, true);
      assert.ok((await readFile(path)).equals(sound));
    }));
}

test("a lost side file is noticed", () =>
  withModel(async (model, cacheDir) => {
    const options = { externalThreshold: 0 };
    const { path } = await compileModel(model, cacheDir, options);
    await truncate(join(dirname(path), "weights.bin"));
    assert.is((await compileModel(model, cacheDir, options)).built, true);
  }));

test("compilations at the same time all end well and leave no draft", () =>
  withModel(async (model, cacheDir) => {
    const compilations = Array.from({ length: 6 }, () => compileModel(model, cacheDir));
    const paths = new Set((await Promise.all(compilations)).map(({ path }) => path));
    assert.is(paths.size, 1);
    assert.is((await readdir(join(cacheDir, "compiled"))).length, 1);
    assert.is((await compileModel(model, cacheDir)).built, false);
  }));

test("a cancelled compilation leaves nothing", () =>
  withModel(async (model, cacheDir) => {
    const signal = AbortSignal.abort();
    const error = await compileModel(model, cacheDir, { signal }).catch((caught) => caught);
    assert.instance(error, CancelledError);
    assert.equal(await readdir(join(cacheDir, "compiled")), []);
  }));

test("a foreign checkpoint is refused and leaves nothing", () =>
  withModel(async (model, cacheDir) => {
    const config = { ...TINY_CONFIG, decoder: { ...TINY_CONFIG.decoder, num_linear_layers: 5 } };
    const foreign = { ...model, architecture: tinyArchitecture(config) };
    const error = await compileModel(foreign, cacheDir).catch((caught) => caught);
    assert.instance(error, ModelError);
    assert.equal(await readdir(join(cacheDir, "compiled")), []);
  }));

test("drafts of killed processes are removed after a day", () =>
  withModel(async (model, cacheDir) => {
    const { path } = await compileModel(model, cacheDir);
    const compiled = join(cacheDir, "compiled");
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
    for (const name of [".draft-a", ".draft-b"]) await mkdir(join(compiled, name));
    await utimes(join(compiled, ".draft-a"), twoDaysAgo, twoDaysAgo);
    await compileModel(model, cacheDir, { rebuild: true });
    const left = (await readdir(compiled)).sort();
    assert.equal(left, [dirname(path).slice(compiled.length + 1), ".draft-b"].sort());
  }));

testUnless(
  process.getuid?.() === 0 ? "root may write anywhere" : undefined,
  test,
  "a cache folder without permission is an error that names the variable",
  () =>
    withModel(async (model, cacheDir) => {
      await chmod(cacheDir, 0o500);
      const error = await compileModel(model, cacheDir).catch((caught) => caught);
      await chmod(cacheDir, 0o700);
      assert.instance(error, InputError);
      assert.match(error.message, "MAQUETTE_CACHE");
    }),
);

test("a cache folder that is a file is an error that names the variable", () =>
  withModel(async (model, cacheDir) => {
    const file = join(cacheDir, "file");
    await writeFile(file, "");
    const error = await compileModel(model, file).catch((caught) => caught);
    assert.instance(error, InputError);
    assert.match(error.message, "MAQUETTE_CACHE");
  }));

test("what the compiler writes has not changed without a new COMPILER_VERSION", () => {
  const { planes } = tinyArchitecture(TINY_CONFIG).build();
  const hash = createHash("sha256");
  for (const part of serialise({ planes }, { externalName: "weights.bin" }).parts) {
    hash.update(part instanceof Uint8Array ? part : part.name);
  }
  assert.equal(
    { version: COMPILER_VERSION, bytes: hash.digest("hex").slice(0, 16) },
    { version: 3, bytes: "e98c9ae57c6eda06" },
    "raise COMPILER_VERSION, or caches keep the former graph; then note the new hash here",
  );
});

test.run();
