/**
 * Builds the kernel tests with sanitizers and runs them: `node native/test/run.mjs`.
 *
 * Once with address and undefined-behaviour checks, once with data-race checks. Skips, with the
 * reason printed and exit code 0, where there is no compiler or no sanitizer.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const native = dirname(here);
const FLAGS = ["-std=c++17", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off"];
const INCLUDES = ["include", "src", "test"].map((folder) => `-I${join(native, folder)}`);
const BUILDS = [
  { name: "address and undefined behaviour", flag: "-fsanitize=address,undefined" },
  { name: "data races", flag: "-fsanitize=thread" },
];

const compiler = findCompiler();
if (!compiler) {
  console.log("native tests skipped: no C++ compiler");
} else {
  const folder = mkdtempSync(join(tmpdir(), "maquette-native-"));
  try {
    for (const build of BUILDS) await check(build, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findCompiler() {
  const names = process.env.CXX ? [process.env.CXX] : ["g++", "c++", "clang++"];
  return names.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

async function check({ name, flag }, folder) {
  if (!sanitizerWorks(flag, folder)) {
    console.log(`native tests for ${name} skipped: ${compiler} cannot build or run ${flag} here`);
    return;
  }
  const sources = ["src", "test"].flatMap((part) =>
    readdirSync(join(native, part))
      .filter((file) => file.endsWith(".cpp"))
      .map((file) => join(native, part, file)),
  );
  const program = join(folder, "kernels");
  const objects = await compileAll(sources, flag, folder);
  await run(compiler, [flag, ...objects, "-o", program, "-pthread"]);
  console.log(`native tests for ${name}:`);
  await run(program, []);
}

/** Whether a program with this sanitizer builds and starts: containers can forbid either. */
function sanitizerWorks(flag, folder) {
  const source = join(folder, "probe.cpp");
  const program = join(folder, "probe");
  writeFileSync(source, "int main() { return 0; }\n");
  const built = spawnSync(compiler, [flag, source, "-o", program], { stdio: "ignore" });
  return built.status === 0 && spawnSync(program, { stdio: "ignore" }).status === 0;
}

async function compileAll(sources, flag, folder) {
  const pending = [...sources];
  const objects = [];
  const work = async () => {
    for (let source = pending.pop(); source; source = pending.pop()) {
      const object = join(folder, `${basename(source)}.o`);
      await run(compiler, [...FLAGS, ...INCLUDES, flag, "-c", source, "-o", object]);
      objects.push(object);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return objects;
}

function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${basename(program)} failed (${code})`)),
    );
  });
}
