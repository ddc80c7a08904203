/** Runs every `*.test.ts` under this folder in one process, or those whose path has a given word. */
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { glob } from "tinyglobby";
import { run } from "uvu/run";
import { skippedTests } from "./helpers/skip.ts";

/** A machine without compiler, browser and an unprivileged user skips about this many. */
const MAX_SKIPPED = 25;

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
