/** `npm run fuzz [seconds] [seed]`: fuzzes the checkpoint readers, for a minute by default. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { fuzzCheckpoints } from "./fuzz-checkpoints.ts";

const [seconds = 60, seed = Date.now() % 2 ** 32] = process.argv.slice(2).map(Number);
const failurePath = fileURLToPath(new URL(`../out/fuzz-${seed}.bin`, import.meta.url));
let input: Uint8Array = new Uint8Array();

/** Also for errors thrown where no promise catches them. */
function reportFailure(error: unknown): void {
  mkdirSync(dirname(failurePath), { recursive: true });
  writeFileSync(failurePath, input);
  console.error(error);
  console.error(`fuzz: the input is ${failurePath} (seed ${seed})`);
  process.exit(1);
}

process.on("uncaughtException", reportFailure);

console.log(`fuzz: checkpoint readers for ${seconds} s, seed ${seed}`);
const end = performance.now() + 1000 * seconds;
const { executions, read, outcomes } = await fuzzCheckpoints({
  seed,
  goesOn: () => performance.now() < end,
  onInput: (bytes) => {
    input = bytes;
  },
});
const rate = Math.round(executions / seconds);
console.log(
  `fuzz: ${executions} inputs (${rate}/s), ${read} of them readable, ${outcomes} different outcomes, no failure`,
);
