import { throwIfCancelled } from "../core/errors.ts";
import { type ProgressListener, STAGES, type Stage } from "../core/progress.ts";

/** Runs one picture's stages: announces them, times them, and stops between them when cancelled. */
export class StageClock {
  /** Wall time per stage, ms. */
  readonly timingsMs = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<
    Stage,
    number
  >;
  readonly #onProgress: ProgressListener | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(onProgress: ProgressListener | undefined, signal: AbortSignal | undefined) {
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  /** @throws CancelledError when cancelled before the stage, else what `body` throws. */
  async run<T>(
    stage: Stage,
    body: (onProgress: (fraction: number) => void) => T | Promise<T>,
  ): Promise<T> {
    throwIfCancelled(this.#signal);
    this.#onProgress?.(stage, 0);
    const start = performance.now();
    const result = await body((fraction) => this.#onProgress?.(stage, fraction));
    this.timingsMs[stage] += performance.now() - start;
    return result;
  }
}
