import { readFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { README, withCliReference } from "../../helpers/write-cli-reference.ts";

const test = suite("cli/readme");

test("the README shows the help of every command as it is; `npm run docs:cli` writes it", async () => {
  const readme = await readFile(README, "utf8");
  assert.fixture(readme, withCliReference(readme), "run `npm run docs:cli`");
});

test.run();
