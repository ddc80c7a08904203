/**
 * Builds the native kernels with node-gyp: `node native/build.mjs`.
 *
 * Does nothing when the addon matches its sources. On a machine that cannot build (no compiler, no
 * headers, no Python) it prints nothing, exits 0 and leaves the reason in `build/failure.txt`, for
 * the warning of the TypeScript kernels that take over. An error in our own code fails loudly under
 * CI; `MAQUETTE_NATIVE=require` makes every failure loud.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const output = join(root, "build");
const addonFile = join(output, "Release", "maquette.node");
const stampFile = join(output, "stamp.txt");
const failureFile = join(output, "failure.txt");
const underCi = Boolean(process.env.CI) && process.env.CI !== "false";
const isRequired = process.env.MAQUETTE_NATIVE === "require";

/** Changes whenever the addon has to be built again. */
function fingerprint() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const folder of [".", "include/maquette", "src", "binding"]) {
    const files = readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(gyp|h|inl|cpp)$/.test(entry.name))
      .map((entry) => join(folder, entry.name));
    for (const file of files.sort())
      hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

/** The headers beside this Node, so that node-gyp needs no download; a user's choice wins. */
function headerArguments() {
  if (process.env.npm_config_nodedir) return [];
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include", "node", "node_api.h")) ? [`--nodedir=${prefix}`] : [];
}

/** Runs one node-gyp command; its output, and whether it went well. */
function nodeGyp(command, ...more) {
  const program = createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js");
  const result = spawnSync(
    process.execPath,
    [program, command, "--directory", root, "--jobs", "max", ...headerArguments(), ...more],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  const text = `${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`;
  return { ok: result.status === 0, text };
}

/** Why there is no compiler, or undefined. On Windows node-gyp finds out while it configures. */
function missingCompiler() {
  if (process.platform === "win32") return undefined;
  for (const [tool, fallbacks] of [
    [process.env.CXX, ["g++", "c++", "clang++"]],
    [process.env.MAKE, ["make", "gmake"]],
  ]) {
    const names = tool ? [tool] : fallbacks;
    const runs = (name) =>
      spawnSync(name, ["--version"], { stdio: "ignore", shell: name.includes(" ") }).status === 0;
    if (!names.some(runs)) return `${names.join(", ")}: not found or not working`;
  }
  return undefined;
}

/** The line of a long log that says most. */
function summarise(text) {
  const lines = text.split("\n").map((line) => line.trim());
  const telling = lines.find((line) => /error:|gyp ERR! (stack|find)/i.test(line));
  return (telling ?? lines.filter(Boolean).at(-1) ?? "node-gyp failed").replace(/^gyp ERR! /, "");
}

/** Records a failed build; `isOurFault` when a working compiler refused our code. */
function fail(reason, log, isOurFault) {
  rmSync(stampFile, { force: true });
  rmSync(addonFile, { force: true });
  mkdirSync(output, { recursive: true });
  writeFileSync(failureFile, `${reason}\n`);
  if (!isRequired && !(isOurFault && underCi)) return;
  console.error(`${log}\nnative: the kernels were not built: ${reason}`);
  process.exitCode = 1;
}

function build() {
  const stamp = fingerprint();
  const isCurrent = existsSync(addonFile) && existsSync(stampFile);
  if (isCurrent && readFileSync(stampFile, "utf8") === stamp) return;

  const missing = missingCompiler();
  if (missing) return fail(`no C++ compiler (${missing})`, "", false);
  const configured = nodeGyp("configure", "--", `-Dwerror=${underCi ? 1 : 0}`);
  if (!configured.ok) return fail(summarise(configured.text), configured.text, false);
  const built = nodeGyp("build");
  if (!built.ok) return fail(summarise(built.text), built.text, true);
  writeFileSync(stampFile, stamp);
  rmSync(failureFile, { force: true });
}

build();
