import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import { loadConfig, loadPresets } from "../../../plugin/project/config.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("project/config");

async function rejectionOf(work: Promise<unknown>): Promise<InputError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, InputError);
  return error as InputError;
}

test("the nearest configuration upwards is read, its paths starting at its folder", () =>
  withFolder(
    {
      "maquette.config.json": JSON.stringify({
        pictures: ["art", "more/*.png"],
        out: "assets",
        model: "./models/ours",
        settings: { triangles: 2000 },
      }),
    },
    async (folder) => {
      await mkdir(join(folder, "deep/er"), { recursive: true });
      const config = await loadConfig({ cwd: join(folder, "deep/er") });
      assert.is(config.root, folder);
      assert.equal(config.pictures, [join(folder, "art"), join(folder, "more/*.png")]);
      assert.is(config.out, join(folder, "assets"));
      assert.is(config.model, join(folder, "models/ours"));
      assert.equal(config.settings, { triangles: 2000 });
    },
  ));

test("without a configuration everything is default and rooted at the working folder", () =>
  withFolder({}, async (folder) => {
    const config = await loadConfig({ cwd: folder });
    assert.is(config.root, folder);
    assert.is(config.file, undefined);
    assert.equal(config.pictures, []);
  }));

test("a model without a path separator is an id", () =>
  withFolder({ "maquette.config.json": '{ "model": "maquette-tiny" }' }, async (folder) => {
    assert.is((await loadConfig({ cwd: folder })).model, "maquette-tiny");
  }));

test("a TypeScript configuration is run", () =>
  withFolder(
    {
      "maquette.config.ts":
        "const count: number = 1000;\nexport default { settings: { triangles: 2 * count } };",
    },
    async (folder) => {
      assert.equal((await loadConfig({ cwd: folder })).settings, { triangles: 2000 });
    },
  ));

test("an unknown key is refused by name with the allowed ones", () =>
  withFolder({ "maquette.config.json": '{ "output": "x" }' }, async (folder) => {
    const error = await rejectionOf(loadConfig({ cwd: folder }));
    assert.is(error.code, "bad-config");
    assert.is(
      error.message,
      'maquette.config.json: unknown key "output" — allowed: pictures, out, model, device, precision, licencePolicy, settings, presets',
    );
  }));

test("a licence policy is one of those there are; without one all models may be used", () =>
  withFolder(
    { "c.json": '{ "licencePolicy": "commercial" }', "d.json": '{ "licencePolicy": "strict" }' },
    async (folder) => {
      const read = (file?: string) => loadConfig({ cwd: folder, file });
      assert.is((await read()).licencePolicy, "any");
      assert.is((await read("c.json")).licencePolicy, "commercial");
      assert.is(
        (await rejectionOf(read("d.json"))).message,
        'd.json: licencePolicy: received "strict" — expected one of any, commercial',
      );
    },
  ));

test("a value out of range is named with its place and what is allowed", () =>
  withFolder(
    { "c.json": '{ "presets": [{ "match": "a/*", "settings": { "triangles": 0 } }] }' },
    async (folder) => {
      const error = await rejectionOf(loadConfig({ cwd: folder, file: "c.json" }));
      assert.is(
        error.message,
        "c.json: presets[0].settings.triangles: received 0 — expected a whole number from 4 to 10000000",
      );
    },
  ));

test("a configuration that is not JSON or throws is one line", () =>
  withFolder(
    {
      "bad.json": "{ nonsense",
      "throws.mjs": 'throw new Error("out of\\ncoffee");',
    },
    async (folder) => {
      for (const file of ["bad.json", "throws.mjs"]) {
        const error = await rejectionOf(loadConfig({ cwd: folder, file }));
        assert.is(error.code, "bad-config", file);
        assert.ok(error.message.startsWith(`${file}: `), error.message);
        assert.not.match(error.message, "\n");
      }
    },
  ));

test("a named configuration that is missing is an error", () =>
  withFolder({}, async (folder) => {
    const error = await rejectionOf(loadConfig({ cwd: folder, file: "none.json" }));
    assert.is(error.code, "bad-config");
    assert.is(error.message, `${join(folder, "none.json")}: does not exist — check the spelling`);
  }));

test("two configurations in one folder are an error that names both", () =>
  withFolder({ "maquette.config.json": "{}", "maquette.config.ts": "" }, async (folder) => {
    const error = await rejectionOf(loadConfig({ cwd: folder }));
    assert.match(error.message, "maquette.config.json and maquette.config.ts");
  }));

test("a configuration that is code is read anew each time", () =>
  withFolder({}, async (folder) => {
    for (const name of ["c.ts", "c.mjs", "c.js"]) {
      for (const model of ["one", "two"]) {
        await writeFile(join(folder, name), `export default { model: "${model}" };`);
        assert.is((await loadConfig({ cwd: folder, file: name })).model, model, name);
      }
    }
  }));

test("presets match globs and folders, and later ones win", () =>
  withFolder(
    { "art/hero.png": "1", "art/props/pot.png": "2", "other/x.png": "3" },
    async (folder) => {
      const presets = [
        { match: "art", settings: { triangles: 4000, resolution: 96 } },
        { match: ["art/props/*.png"], settings: { triangles: 500 } },
      ];
      await writeFile(join(folder, "maquette.config.json"), JSON.stringify({ presets }));
      const settingsOf = await loadPresets(await loadConfig({ cwd: folder }));
      assert.equal(settingsOf(join(folder, "art/hero.png")), { triangles: 4000, resolution: 96 });
      assert.equal(settingsOf(join(folder, "art/props/pot.png")), {
        triangles: 500,
        resolution: 96,
      });
      assert.equal(settingsOf(join(folder, "other/x.png")), {});
    },
  ));

test.run();
