/** Runs every `*.test.ts` under this folder in one process, or those whose path has a given word. */
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { glob } from "tinyglobby";
import { run } from "uvu/run";
import { skippedTests } from "./helpers/skip.ts";

/** More than a machine without a browser (100), a compiler (17) and an unprivileged user (2) skips. */
const MAX_SKIPPED = 130;

const root = fileURLToPath(new URL(".", import.meta.url));
const words = process.argv.slice(2);
const files = (await glob("**/*.test.ts", { cwd: root, absolute: true }))
  .filter((file) => words.length === 0 || words.some((word) => relative(root, file).includes(word)))
  .sort();
if (files.length === 0) {
  console.error(`test: no test file matches ${words.join(" ")}`);
  process.exit(1);
}
// What the user has installed is no part of the tests; where they need a models folder they make one.
process.env["MAQUETTE_MODELS"] = join(root, "out/no-models");
await run(files.map((file) => ({ name: basename(file), file })));

if (skippedTests.length > MAX_SKIPPED) {
  console.error(`test: ${skippedTests.length} tests skipped, at most ${MAX_SKIPPED} may be`);
  process.exitCode = 1;
}
