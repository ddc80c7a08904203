/**
 * Runs every `*.bench.ts` in this folder, or those named on the command line, and prints its figures.
 * Figures are ratios of things measured in one run wherever a machine's speed would otherwise decide.
 * A figure that misses its target is marked and makes the run fail.
 */
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { glob } from "tinyglobby";
import type { Benchmark, Figure } from "./figure.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const words = process.argv.slice(2);
const files = (await glob("*.bench.ts", { cwd: folder, absolute: true }))
  .filter((file) => words.length === 0 || words.some((word) => basename(file).includes(word)))
  .sort();

if (files.length === 0) {
  console.error(`bench: no file matches ${words.join(" ")}`);
  process.exit(1);
}
let missed = 0;
for (const file of files) {
  const { title, run } = (await import(pathToFileURL(file).href)) as Benchmark;
  console.log(`\n${title}`);
  for await (const figure of run()) {
    if (!meetsTarget(figure)) missed++;
    console.log(`  ${describe(figure)}`);
  }
}
console.log(missed === 0 ? "\nall targets met" : `\n${missed} figures miss their target`);
process.exitCode = missed === 0 ? 0 : 1;

function meetsTarget({ value, atLeast, atMost }: Figure): boolean {
  return !(atLeast !== undefined && value < atLeast) && !(atMost !== undefined && value > atMost);
}

function describe(figure: Figure): string {
  const { name, value, unit, atLeast, atMost } = figure;
  const target =
    atLeast !== undefined ? `>= ${atLeast}` : atMost !== undefined ? `<= ${atMost}` : "";
  const verdict = target === "" ? "" : meetsTarget(figure) ? "ok" : "MISSED";
  const amount = `${Number(value.toPrecision(4))} ${unit}`;
  return [name.padEnd(58), amount.padStart(16), target.padStart(12), verdict].join(" ").trimEnd();
}
