import { link, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { draftIn, placeNew, removeDraft } from "../../../plugin/service/drafts.ts";
import { rejection } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("service/drafts");

/** What `link` answers on exFAT under Linux, on exFAT under Windows, on shares and under Android. */
const WITHOUT_LINKS = ["EPERM", "EISDIR", "ENOTSUP", "EACCES"];

function failingWith(code: string): typeof link {
  return async () => {
    throw Object.assign(new Error(code), { code, syscall: "link" });
  };
}

async function writtenDraft(folder: string): Promise<string> {
  const draft = draftIn(folder);
  await writeFile(draft, "new");
  return draft;
}

test("a draft gets a name that is free and no other, with hard links and without", async () => {
  for (const linkFile of [link, ...WITHOUT_LINKS.map(failingWith)]) {
    await withFolder({ "taken.png": "former" }, async (folder) => {
      const draft = await writtenDraft(folder);
      assert.not.ok(await placeNew(draft, join(folder, "taken.png"), linkFile));
      assert.ok(await placeNew(draft, join(folder, "free.png"), linkFile));
      await removeDraft(draft);
      assert.equal((await readdir(folder)).sort(), ["free.png", "taken.png"]);
      assert.is(await readFile(join(folder, "free.png"), "utf8"), "new");
      assert.is(await readFile(join(folder, "taken.png"), "utf8"), "former");
    });
  }
});

test("a name that was given although the answer says that it is taken is the draft's", () =>
  withFolder({}, async (folder) => {
    const draft = await writtenDraft(folder);
    const linkTwice: typeof link = async (...paths) => {
      await link(...paths);
      await link(...paths);
    };
    assert.ok(await placeNew(draft, join(folder, "free.png"), linkTwice));
    assert.is(await readFile(join(folder, "free.png"), "utf8"), "new");
  }));

test("what is wrong beyond links is said as it is", () =>
  withFolder({}, async (folder) => {
    const draft = await writtenDraft(folder);
    const nowhere = join(folder, "nowhere", basename(draft));
    assert.match(String(await rejection(placeNew(draft, nowhere))), "ENOENT");
    const bug = new TypeError("a bug");
    const path = join(folder, "free.png");
    assert.is(await rejection(placeNew(draft, path, () => Promise.reject(bug))), bug);
  }));

test.run();
