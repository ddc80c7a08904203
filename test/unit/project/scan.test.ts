import { mkdir, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Scan, scanPictures } from "../../../plugin/project/scan.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("project/scan");

const labels = (scan: Scan): string[] => scan.pictures.map(({ label }) => label);
const messages = (scan: Scan): string[] => scan.problems.map(({ message }) => message);

test("a folder gives its pictures and those below it, in order of name", () =>
  withFolder(
    { "art/b.png": "", "art/a.JPG": "", "art/sub/c.svg": "", "art/notes.txt": "", "art/a.glb": "" },
    async (cwd) => {
      const scan = await scanPictures(["art"], { cwd });
      assert.equal(labels(scan), ["art/a.JPG", "art/b.png", "art/sub/c.svg"]);
      assert.equal(scan.problems, []);
    },
  ));

test("hidden, generated and foreign files and folders are passed over", () =>
  withFolder(
    {
      "art/.hidden.png": "",
      "art/.cache/x.png": "",
      "art/node_modules/p/x.png": "",
      "art/editor-generated_icon.png": "",
      "art/editor_preview.png": "",
      "art/level.scene/x.png": "",
      "art/wall_albedo.png": "",
      "art/public/scene/x.png": "",
      "art/fab/crate/textures/x.png": "",
      "art/hero.png": "",
      "art/hero.png.maquette.json": "{}",
    },
    async (cwd) => {
      const expected = ["art/hero.png"];
      assert.equal(labels(await scanPictures(["art"], { cwd })), expected, "folder");
      assert.equal(labels(await scanPictures(["art/**/*"], { cwd })), expected, "glob");
    },
  ));

test("the output folder inside the pictures' folder is passed over", () =>
  withFolder({ "art/hero.png": "", "art/out/sheet.png": "" }, async (cwd) => {
    const out = join(cwd, "art/out");
    assert.equal(labels(await scanPictures(["art"], { cwd, out })), ["art/hero.png"]);
    assert.equal(labels(await scanPictures(["art/**"], { cwd, out })), ["art/hero.png"]);
  }));

test("each picture comes once, however often it is named", () =>
  withFolder({ "art/a.png": "", "art/b.png": "" }, async (cwd) => {
    const scan = await scanPictures(["art/b.png", "art", "art/*.png"], { cwd });
    assert.equal(labels(scan), ["art/b.png", "art/a.png"]);
    assert.equal(scan.problems, []);
  }));

test("mesh and sidecar stand beside the picture", () =>
  withFolder({ "art/hero.v2.png": "" }, async (cwd) => {
    const [picture] = (await scanPictures(["art"], { cwd })).pictures;
    assert.is(picture?.name, "hero.v2");
    assert.is(picture?.glbPath, join(cwd, "art/hero.v2.glb"));
    assert.is(picture?.sidecarPath, join(cwd, "art/hero.v2.png.maquette.json"));
  }));

test("an output folder keeps the subfolders below each input", () =>
  withFolder({ "art/x/a.png": "", "art/y/b.png": "", "c.png": "" }, async (cwd) => {
    const out = join(cwd, "out");
    const { pictures } = await scanPictures(["art", "c.png"], { cwd, out });
    const meshes = pictures.map(({ glbPath }) => relative(out, glbPath));
    assert.equal(meshes, ["x/a.glb", "y/b.glb", "c.glb"]);
    const byGlob = await scanPictures(["art/**/*.png"], { cwd, out });
    assert.equal(
      byGlob.pictures.map(({ glbPath }) => relative(out, glbPath)),
      ["x/a.glb", "y/b.glb"],
    );
  }));

test("alternatives that span folders stay below the output folder too", () =>
  withFolder({ "art/x/a.png": "", "art/y/b.png": "", "c/d.png": "" }, async (cwd) => {
    const out = join(cwd, "out");
    for (const [pattern, expected] of [
      ["{art/x,art/y}/*.png", ["art/x/a.glb", "art/y/b.glb"]],
      ["{art/x,c}/*.png", ["art/x/a.glb", "c/d.glb"]],
      ["art/{x,y}/*.png", ["x/a.glb", "y/b.glb"]],
      ["@(art/x|c)/*.png", ["art/x/a.glb", "c/d.glb"]],
    ] as const) {
      const { pictures } = await scanPictures([pattern], { cwd, out });
      const meshes = pictures.map(({ glbPath }) => relative(out, glbPath));
      assert.equal(meshes, [...expected], pattern);
    }
  }));

test("the second of two pictures with one mesh is a problem that names both", () =>
  withFolder({ "hero.jpg": "", "hero.png": "" }, async (cwd) => {
    const scan = await scanPictures(["."], { cwd });
    assert.equal(labels(scan), ["hero.jpg"]);
    assert.equal(messages(scan), [
      "hero.png: would write hero.glb, as hero.jpg does — rename one of the two pictures",
    ]);
  }));

test("names that differ in case, or in how an accent is written, are one mesh's", async () => {
  const composed = "caf\u00e9.png";
  const decomposed = "cafe\u0301.jpg";
  const files = { "Art/Hero.png": "", "Art/hero.jpg": "", [composed]: "", [decomposed]: "" };
  await withFolder(files, async (cwd) => {
    const scan = await scanPictures(["Art", "*"], { cwd });
    assert.equal(labels(scan), ["Art/Hero.png", decomposed]);
    const [byCase = "", ...others] = messages(scan);
    assert.is(
      byCase,
      "Art/hero.jpg: would write Art/hero.glb, which on many disks is the Art/Hero.glb of Art/Hero.png — rename one of the two pictures",
    );
    assert.is(others.length, 1);
  });
});

test("inputs that do not exist, match nothing or are no pictures are problems of their own", () =>
  withFolder({ "a.png": "", "notes.txt": "" }, async (cwd) => {
    const scan = await scanPictures(["none.png", "none/*.png", "notes.txt", "a.png"], { cwd });
    assert.equal(labels(scan), ["a.png"]);
    assert.equal(
      scan.problems.map(({ code }) => code),
      ["not-found", "not-found", "unsupported"],
    );
  }));

test("a file whose name looks like a glob is taken literally", () =>
  withFolder({ "hero[1].png": "" }, async (cwd) => {
    assert.equal(labels(await scanPictures(["hero[1].png"], { cwd })), ["hero[1].png"]);
  }));

test("loops of symbolic links are reported and the rest is found", () =>
  withFolder({ "art/a.png": "", "art/sub/b.png": "" }, async (cwd) => {
    await symlink("..", join(cwd, "art/sub/up"));
    await symlink("self", join(cwd, "art/self"));
    await symlink("gone.png", join(cwd, "art/dangling.png"));
    const scan = await scanPictures(["art"], { cwd });
    assert.equal(labels(scan), ["art/a.png", "art/sub/b.png"]);
    assert.is(scan.problems.length, 3);
    for (const name of ["art/self", "art/sub/up", "art/dangling.png"]) {
      assert.ok(
        messages(scan).some((message) => message.startsWith(`${name}: `)),
        name,
      );
    }
  }));

test("a glob survives loops of symbolic links", () =>
  withFolder({ "art/a.png": "", "art/sub/b.png": "" }, async (cwd) => {
    await symlink("..", join(cwd, "art/sub/up"));
    assert.equal(labels(await scanPictures(["art/**/*.png"], { cwd })), [
      "art/a.png",
      "art/sub/b.png",
    ]);
  }));

test("a linked folder elsewhere is walked once", () =>
  withFolder({ "shared/b.png": "" }, async (cwd) => {
    await mkdir(join(cwd, "art"));
    await symlink("../shared", join(cwd, "art/one"));
    await symlink("../shared", join(cwd, "art/two"));
    const scan = await scanPictures(["art"], { cwd });
    assert.equal(labels(scan), ["art/one/b.png"]);
    assert.equal(scan.problems, []);
  }));

test.run();
