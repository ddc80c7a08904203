/**
 * One picture's way from change to mesh, by the import's own rules. What fails for a reason that
 * passes is tried again, a few times and with growing pauses.
 */
import { isDeepStrictEqual } from "node:util";
import type { InputErrorCode, ModelError, ModelErrorCode } from "../../core/errors.ts";
import type { MeshGenerator } from "../../pipeline/contract.ts";
import { failureOf } from "../failure.ts";
import { type ImportEvent, type ImportReport, type ItemOutcome, runImport } from "../import.ts";
import type { PlannedItem } from "../plan.ts";
import type { Picture } from "../scan.ts";
import type { Failure } from "../sidecar.ts";
import { type Delay, pause } from "./clock.ts";
import type { WatchEvent } from "./events.ts";
import type { StepAside } from "./newest-wins-queue.ts";

/** Pauses before the second attempt, the third and so on, ms. */
const RETRY_AFTER_MS: readonly number[] = [500, 2000, 8000];

/** A device may come back, a network too, and another program lets go of a file. */
const PASSING: ReadonlySet<string> = new Set<InputErrorCode | ModelErrorCode>([
  "busy",
  "device",
  "network",
]);

export type Finished = Extract<ImportEvent, { type: "finished" }>;

export interface PictureJobOptions {
  readonly generator: MeshGenerator;
  /** Decides anew, at each attempt, what is to be done. */
  readonly plan: () => Promise<PlannedItem>;
  /** True while the picture is being written. */
  readonly isUnsettled: () => boolean;
  readonly delay: Delay;
  /** For the pauses between attempts. */
  readonly stepAside: StepAside;
  readonly onEvent: (event: WatchEvent) => void;
  /** The model's own fault: no picture would fare better. */
  readonly onModelError: (error: ModelError) => void;
}

export class PictureJob {
  readonly #picture: Picture;
  readonly #options: PictureJobOptions;
  /** What is being made; undefined while that is not decided. */
  #item: PlannedItem | undefined;

  constructor(picture: Picture, options: PictureJobOptions) {
    this.#picture = picture;
    this.#options = options;
  }

  /** True when this job, should it end well, does what `item` asks for. */
  isMaking(item: PlannedItem): boolean {
    return (
      this.#item?.action === "generate" &&
      item.action === "generate" &&
      this.#item.pictureSha256 === item.pictureSha256 &&
      isDeepStrictEqual(this.#item.settings, item.settings)
    );
  }

  /**
   * Resolves with its end, of which nobody else was told. Undefined when an attempt's turn came while
   * the picture was being written. An attempt that is under way goes on then: most of what is heard of
   * a file changes nothing in it, and a mesh of the former content is refused in the end.
   */
  run(signal: AbortSignal): Promise<Finished | undefined> {
    return this.#try(signal, RETRY_AFTER_MS);
  }

  async #try(
    signal: AbortSignal,
    [delayMs, ...later]: readonly number[],
  ): Promise<Finished | undefined> {
    const { isUnsettled, onEvent, delay, stepAside } = this.#options;
    if (isUnsettled()) return undefined;
    const finished = await this.#attempt(signal);
    const failure = passingFailure(finished.outcome);
    if (failure === undefined || delayMs === undefined) return finished;
    onEvent({ type: "retrying", picture: this.#picture, failure, delayMs });
    await stepAside(pause(delayMs, delay, signal));
    return signal.aborted
      ? { ...finished, outcome: { status: "cancelled" } }
      : await this.#try(signal, later);
  }

  async #attempt(signal: AbortSignal): Promise<Finished> {
    const { generator, plan, onEvent } = this.#options;
    const item = await plan();
    this.#item = item;
    const report = await runImport(
      { items: [item], problems: [] },
      {
        generator,
        jobs: 1,
        signal,
        onEvent: (event) => {
          if (event.type !== "finished") onEvent(event);
        },
      },
    );
    this.#item = undefined;
    for (const error of report.bugs) onEvent({ type: "bug", error });
    return { type: "finished", item, outcome: this.#outcomeOf(report, signal) };
  }

  /** What fails after it was cancelled, say as its process was ended, counts as cancelled. */
  #outcomeOf({ items, modelError }: ImportReport, signal: AbortSignal): ItemOutcome {
    const { outcome } = items[0];
    if (signal.aborted) return outcome.status === "failed" ? { status: "cancelled" } : outcome;
    if (modelError === undefined) return outcome;
    if (PASSING.has(modelError.code)) {
      return { status: "failed", failure: failureOf(modelError, this.#picture), warnings: [] };
    }
    this.#options.onModelError(modelError);
    return outcome;
  }
}

function passingFailure(outcome: ItemOutcome): Failure | undefined {
  if (outcome.status !== "failed" || !PASSING.has(outcome.failure.code)) return undefined;
  return outcome.failure;
}
