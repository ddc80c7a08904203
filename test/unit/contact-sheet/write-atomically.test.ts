import { chmod, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { writeAtomically } from "../../../plugin/contact-sheet/write-atomically.ts";
import { InputError } from "../../../plugin/core/errors.ts";
import { testUnless } from "../../helpers/skip.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("contact-sheet/write-atomically");

const NO_PERMISSIONS =
  process.platform === "win32" || process.getuid?.() === 0
    ? "permissions do not bind this user"
    : undefined;

test("the pieces make one file, also in a folder that is not there yet", () =>
  withFolder({}, async (folder) => {
    const file = join(folder, "new", "sheet.html");
    await writeAtomically(file, async (append) => {
      await append("one ");
      await append("two");
    });
    assert.is(await readFile(file, "utf8"), "one two");
    assert.equal(await readdir(join(folder, "new")), ["sheet.html"]);
  }));

test("a failure half-way leaves the former file and no draft", () =>
  withFolder({ "sheet.html": "former" }, async (folder) => {
    const file = join(folder, "sheet.html");
    const failure = new Error("half-way");
    try {
      await writeAtomically(file, async (append) => {
        await append("new");
        throw failure;
      });
      assert.unreachable("must throw");
    } catch (error) {
      assert.is(error, failure);
    }
    assert.is(await readFile(file, "utf8"), "former");
    assert.equal(await readdir(folder), ["sheet.html"]);
  }));

test("a folder in the file's place is one clear error", () =>
  withFolder({}, async (folder) => {
    const file = join(folder, "sheet.html");
    await mkdir(file);
    await refused(file, "unwritable");
    assert.equal(await readdir(folder), ["sheet.html"]);
  }));

testUnless(NO_PERMISSIONS, test, "a read-only folder is one clear error", () =>
  withFolder({}, async (folder) => {
    await chmod(folder, 0o500);
    await refused(join(folder, "sheet.html"), "no-permission");
    await chmod(folder, 0o700);
  }),
);

async function refused(file: string, code: string): Promise<void> {
  try {
    await writeAtomically(file, (append) => append("text"));
  } catch (error) {
    assert.instance(error, InputError);
    assert.is((error as InputError).code, code);
    assert.match((error as InputError).message, file);
    return;
  }
  assert.unreachable("must throw");
}

test.run();
