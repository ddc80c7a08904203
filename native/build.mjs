/**
 * Builds the native kernels with node-gyp: `node native/build.mjs`.
 *
 * Does nothing when the addon matches its sources. node-gyp needs Python; without it the compiler is
 * called directly, with the sources and flags of binding.gyp (not on Windows, where only node-gyp
 * knows how to find one). On a machine that cannot build at all it prints nothing, exits 0 and
 * leaves the reason in `build/failure.txt`, for the warning of the TypeScript kernels that take
 * over. An error in our own code fails loudly under CI; `MAQUETTE_NATIVE=require` makes every
 * failure loud.
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

/** The folder that holds this Node's `include/node`, if its headers are installed. */
function headerPrefix() {
  const prefix = process.env.npm_config_nodedir ?? dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include", "node", "node_api.h")) ? prefix : undefined;
}

/** Runs one node-gyp command; its output, and whether it went well. */
function nodeGyp(command, ...more) {
  const program = createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js");
  const prefix = headerPrefix();
  const headers = prefix ? [`--nodedir=${prefix}`] : [];
  return run(process.execPath, [program, command, "--directory", root, ...headers, ...more]);
}

function run(program, args) {
  const result = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const text = `${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`;
  return { ok: result.status === 0, text };
}

/** The name of a compiler that runs. */
function findCompiler() {
  const names = process.env.CXX ? [process.env.CXX] : ["g++", "c++", "clang++"];
  return names.find((name) => run(name, ["--version"]).ok);
}

/** What node-gyp would do, by one call of the compiler. binding.gyp is JSON but for comments. */
function compileDirectly(compiler, prefix) {
  const text = readFileSync(join(root, "binding.gyp"), "utf8").replace(/^\s*#.*$/gm, "");
  const [{ sources, defines, cflags_cc: flags }] = JSON.parse(text).targets;
  const addonApi = dirname(createRequire(import.meta.url).resolve("node-addon-api"));
  const includes = [
    join(root, "include"),
    join(root, "src"),
    addonApi,
    join(prefix, "include/node"),
  ];
  const link = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];
  mkdirSync(dirname(addonFile), { recursive: true });
  return run(compiler, [
    ...flags,
    ...["-shared", "-fPIC", "-pthread", ...link],
    ...defines.map((define) => `-D${define}`),
    ...includes.map((folder) => `-I${folder}`),
    ...sources.map((source) => join(root, source)),
    ...["-o", addonFile],
  ]);
}

/** The line of a long log that says most. */
function summarise(text) {
  const lines = text.split("\n").map((line) => line.trim());
  for (const telling of [/error:/, /Could not find any/, /^gyp: /, /ERR! stack/, /./]) {
    const line = lines.find((candidate) => telling.test(candidate));
    if (line) return line.replace(/^gyp ERR! (stack |find VS )?/, "");
  }
  return "it failed without a word";
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

  const isWindows = process.platform === "win32";
  const compiler = isWindows ? "" : findCompiler();
  if (compiler === undefined) return fail("no C++ compiler was found", "", false);
  const configured = nodeGyp("configure", "--", `-Dwerror=${underCi ? 1 : 0}`);
  const prefix = headerPrefix();
  if (!configured.ok && (isWindows || !prefix)) {
    const reason =
      prefix || isWindows ? summarise(configured.text) : "no headers of Node.js were found";
    return fail(reason, configured.text, false);
  }
  const built = configured.ok
    ? nodeGyp("build", "--jobs", "max")
    : compileDirectly(compiler, prefix);
  if (!built.ok) return fail(summarise(built.text), built.text, true);
  writeFileSync(stampFile, stamp);
  rmSync(failureFile, { force: true });
}

build();
