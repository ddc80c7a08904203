import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WatchLog } from "../../../../plugin/project/watch/watch-log.ts";
import { withFolder } from "../../../helpers/temporary-folder.ts";

const test = suite("project/watch/watch-log");

const LOG = join(".maquette", "watch.log");
const FORMER = join(".maquette", "watch.former.log");
/** Above it a log gives way to a new one. */
const LIMIT_BYTES = 4 << 20;

const problem = (message: string) => ({ type: "problem", message }) as const;

async function messages(file: string): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line).message);
}

async function logged(root: string, ...texts: readonly string[]): Promise<void> {
  const log = new WatchLog(root);
  for (const text of texts) log.add(problem(text));
  await log.flush();
}

test("a log that has grown long gives way to a new one, and only the last former one is kept", () =>
  withFolder({ [LOG]: `${"x".repeat(LIMIT_BYTES)}\n`, [FORMER]: "older" }, async (root) => {
    await logged(root, "first", "second");
    assert.equal(await messages(join(root, LOG)), ["first", "second"]);
    assert.is((await stat(join(root, FORMER))).size, LIMIT_BYTES + 1);
  }));

test("a log of exactly the limit goes on", () =>
  withFolder({ [LOG]: `${"x".repeat(LIMIT_BYTES - 1)}\n` }, async (root) => {
    await logged(root, "first");
    assert.ok((await stat(join(root, LOG))).size > LIMIT_BYTES);
  }));

test("the log of a watch that goes on stays short", () =>
  withFolder({}, async (root) => {
    const log = new WatchLog(root);
    const long = "x".repeat(LIMIT_BYTES);
    for (const text of ["a", "b", "c"]) {
      log.add(problem(text + long));
      await log.flush();
    }
    log.add(problem("last"));
    await log.flush();
    assert.equal(await messages(join(root, LOG)), ["last"]);
    assert.is((await messages(join(root, FORMER)))[0]?.[0], "c");
  }));

test.run();
