/**
 * Feeds spoilt checkpoints to the readers. What a reader says about an input, numbers aside, tells
 * which of its checks the input reached; inputs that reach a new one join the pool that further
 * ones are made from. (Coverage-guided jazzer.js 4 would do better, but its binary needs a newer
 * C library than Debian 12 and Ubuntu 22.04 have.)
 */
import { checkCheckpoint } from "./check-checkpoint.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { makeSeeds, type Seed } from "./seeds.ts";

/** Of processor time: on a machine at work any input may have to wait. */
const MAX_SECONDS = 5;
/** Beyond what the process had at the start of the run. */
const MAX_GROWTH_BYTES = 2 ** 30;

export interface FuzzOptions {
  readonly seed: number;
  /** Asked before each execution. */
  readonly goesOn: (executions: number) => boolean;
  /** Told the input before it is read. */
  readonly onInput?: (bytes: Uint8Array) => void;
}

export interface FuzzResult {
  readonly executions: number;
  readonly read: number;
  /** Different things that the readers had to say. */
  readonly outcomes: number;
}

/** @throws Error about the first input that breaks the property of {@link checkCheckpoint}. */
export async function fuzzCheckpoints(options: FuzzOptions): Promise<FuzzResult> {
  const random = new Random(options.seed);
  const memoryBefore = process.memoryUsage.rss();
  const sound = makeSeeds();
  const pool: Seed[] = [];
  const outcomes = new Set<string>();
  let read = 0;
  let executions = 0;
  for (; options.goesOn(executions); executions++) {
    // Spoilt ones in every second turn: more of them would leave few inputs that can be read.
    const origin = random.pick(random.below(2) === 0 && pool.length > 0 ? pool : sound);
    const spoilt = spoil(origin, random, random.pick(sound));
    const bytes = spoilt.assemble(spoilt.parts);
    options.onInput?.(bytes);
    const outcome = await checkWithinLimits(bytes, memoryBefore);
    if (outcome === "read") read++;
    if (outcomes.has(outcome)) continue;
    outcomes.add(outcome);
    pool.push(spoilt);
  }
  return { executions, read, outcomes: outcomes.size };
}

/** Spoils one part of the file or, one time in four, the file as a whole. */
function spoil(seed: Seed, random: Random, donor: Seed): Seed {
  const piece = random.pick(donor.parts);
  if (random.below(4) === 0) {
    return {
      parts: [mutate(seed.assemble(seed.parts), random, piece)],
      assemble: ([file]) => file,
    };
  }
  const spoilt = random.below(seed.parts.length);
  const parts = seed.parts.map((part, i) => (i === spoilt ? mutate(part, random, piece) : part));
  return { parts, assemble: seed.assemble };
}

async function checkWithinLimits(bytes: Uint8Array, memoryBefore: number): Promise<string> {
  const begin = process.cpuUsage();
  const outcome = await checkCheckpoint(bytes);
  const { user, system } = process.cpuUsage(begin);
  const seconds = (user + system) / 1e6;
  if (seconds > MAX_SECONDS) throw new Error(`took ${seconds.toFixed(1)} s`);
  const growth = process.memoryUsage.rss() - memoryBefore;
  if (growth > MAX_GROWTH_BYTES) throw new Error(`the process has grown by ${growth} bytes`);
  return outcome;
}
