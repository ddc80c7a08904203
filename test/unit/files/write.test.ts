import { spawnSync } from "node:child_process";
import { open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, InputError } from "../../../plugin/core/errors.ts";
import {
  assertWritable,
  removeLeftovers,
  replaceFile,
  writeFileAtomically,
  writeFilesAtomically,
} from "../../../plugin/files/write.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("files/write");

/** Opens files on a disk that is full after a few bytes. */
const openOnFullDisk = (async (path, flags) => {
  const file = await open(path, flags);
  file.writeFile = async () => {
    await file.write("half");
    throw Object.assign(new Error("no space left"), { code: "ENOSPC", syscall: "write" });
  };
  return file;
}) as typeof open;

test("a file is written with the folders above it", () =>
  withFolder({}, async (folder) => {
    await writeFileAtomically(join(folder, "a/b/c.txt"), "content");
    assert.is(await readFile(join(folder, "a/b/c.txt"), "utf8"), "content");
    assert.equal(await readdir(join(folder, "a/b")), ["c.txt"]);
  }));

test("a full disk leaves the former file and nothing else", () =>
  withFolder({ "a.glb": "former" }, async (folder) => {
    const path = join(folder, "a.glb");
    try {
      await writeFileAtomically(path, "new content", openOnFullDisk);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, InputError);
      assert.is((error as InputError).code, "disk-full");
      assert.match((error as InputError).message, "the disk is full — free some space");
    }
    assert.is(await readFile(path, "utf8"), "former");
    assert.equal(await readdir(folder), ["a.glb"]);
  }));

test("files that belong together: a full disk leaves the former ones and nothing else", () =>
  withFolder({ "0.png": "former" }, async (folder) => {
    const data = new Uint8Array(1);
    const files = ["0.png", "1.png"].map((name) => ({ path: join(folder, name), data }));
    let opened = 0;
    const openSecondOnFullDisk = ((path, flags) =>
      opened++ === 0 ? open(path, flags) : openOnFullDisk(path, flags)) as typeof open;
    try {
      await writeFilesAtomically(files, undefined, openSecondOnFullDisk);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, InputError);
      assert.match((error as InputError).message, /1\.png: cannot be written, the disk is full/);
    }
    assert.equal(await readdir(folder), ["0.png"]);
    assert.is(await readFile(files[0].path, "utf8"), "former");

    const aborted = AbortSignal.abort();
    await writeFilesAtomically(files, aborted).then(
      () => assert.unreachable(),
      (error) => assert.instance(error, CancelledError),
    );
    assert.equal(await readdir(folder), ["0.png"]);
    await writeFilesAtomically(files);
    assert.equal((await readdir(folder)).sort(), ["0.png", "1.png"]);
  }));

test("a file written in pieces appears whole", () =>
  withFolder({}, async (folder) => {
    const path = join(folder, "new", "sheet.html");
    await replaceFile(path, async (file) => {
      await file.appendFile("one ");
      await file.appendFile("two");
    });
    assert.is(await readFile(path, "utf8"), "one two");
    assert.equal(await readdir(join(folder, "new")), ["sheet.html"]);
  }));

test("a writer that fails half-way leaves the former file, and its error passes unchanged", () =>
  withFolder({ "sheet.html": "former" }, async (folder) => {
    const path = join(folder, "sheet.html");
    const failure = new Error("half-way");
    try {
      await replaceFile(path, async (file) => {
        await file.appendFile("new");
        throw failure;
      });
      assert.unreachable();
    } catch (error) {
      assert.is(error, failure);
    }
    assert.is(await readFile(path, "utf8"), "former");
    assert.equal(await readdir(folder), ["sheet.html"]);
  }));

test("a file where a folder is needed is an error of the user's, not a bug", () =>
  withFolder({ out: "a file" }, async (folder) => {
    try {
      await writeFileAtomically(join(folder, "out/a.glb"), "content");
      assert.unreachable();
    } catch (error) {
      assert.instance(error, InputError);
      assert.is((error as InputError).code, "unwritable");
      assert.match((error as InputError).message, / — choose another folder$/, "of no command");
    }
  }));

test("a file with the longest name that file systems allow is written", () =>
  withFolder({}, async (folder) => {
    const name = `${"x".repeat(251)}.glb`;
    await writeFileAtomically(join(folder, name), "content");
    assert.equal(await readdir(folder), [name]);
  }));

test("an output folder that is a file, or would be inside one, is called so", () =>
  withFolder({ out: "a file" }, async (folder) => {
    for (const path of ["out", "out/props"]) {
      try {
        await assertWritable(join(folder, path), "--json");
        assert.unreachable();
      } catch (error) {
        assert.instance(error, InputError);
        assert.match(
          (error as InputError).message,
          /a file stands where a folder is needed — choose another folder with --json$/,
        );
      }
    }
  }));

test("leftovers of dead processes go, those of living ones and other files stay", () =>
  withFolder({ "hero.png": "", ".notes.tmp": "" }, async (folder) => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await writeFile(join(folder, `.${pid}-0.maquette-tmp`), "");
    await writeFile(join(folder, `.${process.ppid}-0.maquette-tmp`), "");
    await removeLeftovers(folder);
    assert.equal((await readdir(folder)).sort(), [
      `.${process.ppid}-0.maquette-tmp`,
      ".notes.tmp",
      "hero.png",
    ]);
  }));

test("a folder that does not exist yet has no leftovers", () =>
  withFolder({}, (folder) => removeLeftovers(join(folder, "none"))));

test.run();
