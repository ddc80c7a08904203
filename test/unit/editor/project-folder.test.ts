import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFiles } from "../../../plugin/editor/project-files.ts";
import { serviceRoot, watchedFolder } from "../../../plugin/editor/project-folder.ts";
import { sha256 } from "../../../plugin/files/hash.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("editor/project-folder");

test("without a configuration assets/concepts is made and watched", () =>
  withFolder({}, async (folder) => {
    assert.is(serviceRoot(folder), folder);
    assert.is(await watchedFolder(folder), join(folder, "assets", "concepts"));
    assert.ok(existsSync(join(folder, "assets", "concepts")));
  }));

test("a configuration that names its pictures is left to do so", () =>
  withFolder({ "maquette.config.json": '{ "pictures": ["art"] }' }, async (folder) => {
    assert.is(await watchedFolder(folder), undefined);
    assert.equal(await readdir(folder), ["maquette.config.json"]);
  }));

test("a configuration of settings alone has the default folder", () =>
  withFolder({ "maquette.config.ts": "export default { model: 'x' }" }, async (folder) => {
    assert.is(await watchedFolder(folder), join(folder, "assets", "concepts"));
  }));

test("the nearest configuration upwards is where the service names files from", () =>
  withFolder({ "maquette.config.json": "{}" }, async (folder) => {
    const project = join(folder, "games", "one");
    await mkdir(project, { recursive: true });
    assert.is(serviceRoot(project), folder);
  }));

test("files are named both ways, with the Editor's slashes", () => {
  const files = projectFiles("/games/one");
  assert.is(files.absolute("art/hero.glb"), "/games/one/art/hero.glb");
  assert.is(files.relative("/games/one/art/hero.png"), "art/hero.png");
  assert.is(files.relative("/games/one\\art\\hero.png"), "art/hero.png");
  assert.is(files.relative("/games/two/hero.png"), undefined);
  assert.is(files.isPicture("a/HERO.PNG"), true);
  assert.is(files.isPicture("a/hero.glb"), false);
});

test("a copy is hidden, beside the file, and named after the content", () =>
  withFolder({ "hero.glb": "one" }, async (folder) => {
    const files = projectFiles(folder);
    const first = await files.copyHidden(join(folder, "hero.glb"));
    assert.is(first.sha256, sha256("one"));
    assert.is(first.path, join(folder, `.hero.${sha256("one").slice(0, 8)}.glb`));
    await writeFile(join(folder, "hero.glb"), "two");
    const second = await files.copyHidden(join(folder, "hero.glb"));
    assert.is.not(second.path, first.path);
    await Promise.all([first.remove(), second.remove()]);
    await first.remove();
    assert.equal(await readdir(folder), ["hero.glb"]);
  }));

test.run();
