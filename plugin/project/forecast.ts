/** Estimates how long pictures take, from the stages of earlier ones. */
import { STAGES, type Stage } from "../core/progress.ts";
import type { Timings } from "./import.ts";
import type { StageTimes } from "./run-report.ts";

export class Forecast {
  /** Of the last run; only counts until this run has times of its own. */
  #history: StageTimes | undefined;
  readonly #times = new Map<Stage, number[]>(STAGES.map((stage) => [stage, []]));

  constructor(history: StageTimes) {
    this.#history = history;
  }

  record(timings: Timings): void {
    this.#history = undefined;
    for (const [stage, times] of this.#times) times.push(timings[stage]);
  }

  /** Whole time of a picture, in ms; undefined while nothing is known. */
  get pictureMs(): number | undefined {
    return this.remainingMs("decode", 0, 0);
  }

  /** Time left of a picture that is `fraction` (0..1) into `stage`, which began `stageMs` ago. */
  remainingMs(stage: Stage, fraction: number, stageMs: number): number | undefined {
    const expected = this.#expectedMs(stage);
    if (expected === undefined) return undefined;
    const inStage = Math.max(0, expected - Math.max(stageMs, fraction * expected));
    return STAGES.slice(STAGES.indexOf(stage) + 1).reduce(
      (sum, later) => sum + (this.#expectedMs(later) ?? 0),
      inStage,
    );
  }

  #expectedMs(stage: Stage): number | undefined {
    return median(this.#history?.[stage] ?? this.#times.get(stage) ?? []);
  }
}

/** Robust against the first picture, whose time includes loading the model. */
function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
