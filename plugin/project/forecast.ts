/** Estimates how long pictures take, from the stages of earlier ones. */
import { STAGES, type Stage } from "../core/progress.ts";
import type { Timings } from "./import.ts";
import type { StageTimes } from "./run-report.ts";

/** Pictures that count: a service runs for days, and settings change meanwhile. */
const LATEST = 50;

export class Forecast {
  readonly #lastRun: StageTimes;
  /** Of this run's first picture, which loads the model. */
  #first: Timings | undefined;
  /** Of the pictures after it. */
  readonly #times = new Map<Stage, number[]>(STAGES.map((stage) => [stage, []]));

  constructor(lastRun: StageTimes) {
    this.#lastRun = lastRun;
  }

  record(timings: Timings): void {
    if (this.#first === undefined) {
      this.#first = timings;
      return;
    }
    for (const [stage, times] of this.#times) {
      times.push(timings[stage]);
      if (times.length > LATEST) times.shift();
    }
  }

  /** Whole time of a picture that finds the model loaded, in ms; undefined while nothing is known. */
  get pictureMs(): number | undefined {
    const times = STAGES.flatMap((stage) => this.#usualMs(stage) ?? []);
    return times.length > 0 ? sum(times) : undefined;
  }

  /**
   * Time left of a picture that is `fraction` (0..1) into `stage`, which began `stageMs` ago; undefined
   * too when none should be left.
   */
  remainingMs(stage: Stage, fraction: number, stageMs: number): number | undefined {
    const expected = this.#expectedMs(stage);
    if (expected === undefined) return undefined;
    const later = STAGES.slice(STAGES.indexOf(stage) + 1);
    const remaining =
      remainingInStage(expected, fraction, stageMs) +
      sum(later.map((stage) => this.#expectedMs(stage) ?? 0));
    return remaining > 0 ? remaining : undefined;
  }

  /** The first picture is expected to take what the last run's first one did. */
  #expectedMs(stage: Stage): number | undefined {
    const first = this.#first === undefined ? this.#lastRun[stage]?.[0] : undefined;
    return first ?? this.#usualMs(stage);
  }

  /** A first picture counts for others only where no other is known. */
  #usualMs(stage: Stage): number | undefined {
    const [lastFirst, ...lastOthers] = this.#lastRun[stage] ?? [];
    return (
      median(this.#times.get(stage) ?? []) ??
      median(lastOthers) ??
      this.#first?.[stage] ??
      lastFirst
    );
  }
}

/** A stage that takes longer than expected goes on at the pace it had so far. */
function remainingInStage(expectedMs: number, fraction: number, stageMs: number): number {
  if (stageMs <= expectedMs) return expectedMs - Math.max(stageMs, fraction * expectedMs);
  return fraction > 0 ? (stageMs / fraction) * (1 - fraction) : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Robust against a picture that had to wait for something. */
function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
