/**
 * One picture's way from change to mesh, by the import's own rules. What fails for a reason that
 * passes is tried again, a few times and with growing pauses.
 */
import { isDeepStrictEqual } from "node:util";
import type { InputErrorCode, ModelError, ModelErrorCode } from "../../core/errors.ts";
import type { MeshGenerator } from "../../pipeline/contract.ts";
import { failureOf } from "../failure.ts";
import { type ImportReport, type ItemOutcome, runImport } from "../import.ts";
import type { PlannedItem } from "../plan.ts";
import type { Picture } from "../scan.ts";
import type { Failure } from "../sidecar.ts";
import { type Delay, pause } from "./clock.ts";
import type { WatchEvent } from "./events.ts";

/** Pauses before the second attempt, the third and so on, ms. */
const RETRY_AFTER_MS: readonly number[] = [500, 2000, 8000];

/** A device may come back, a network too, and another program lets go of a file. */
const PASSING: ReadonlySet<string> = new Set<InputErrorCode | ModelErrorCode>([
  "busy",
  "device",
  "network",
]);

export interface PictureJobOptions {
  readonly generator: MeshGenerator;
  /** Decides anew, at each attempt, what is to be done. */
  readonly plan: (picture: Picture) => Promise<PlannedItem>;
  readonly delay: Delay;
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

  async run(signal: AbortSignal): Promise<void> {
    for (const delayMs of [...RETRY_AFTER_MS, undefined]) {
      const { report, item } = await this.#attempt(signal);
      const failure = signal.aborted ? undefined : this.#passingFailure(report);
      if (failure === undefined) return this.#end(item, report);
      if (delayMs === undefined)
        return this.#finish(item, { status: "failed", failure, warnings: [] });
      this.#options.onEvent({ type: "retrying", picture: this.#picture, failure, delayMs });
      await pause(delayMs, this.#options.delay, signal);
      if (signal.aborted) return this.#finish(item, { status: "cancelled" });
    }
  }

  async #attempt(signal: AbortSignal): Promise<{ report: ImportReport; item: PlannedItem }> {
    const { generator, plan, onEvent } = this.#options;
    const item = await plan(this.#picture);
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
    return { report, item };
  }

  #passingFailure({ items, modelError }: ImportReport): Failure | undefined {
    const [outcome] = items.map((item) => item.outcome);
    const failure =
      modelError !== undefined
        ? failureOf(modelError, this.#picture)
        : outcome?.status === "failed"
          ? outcome.failure
          : undefined;
    return failure !== undefined && PASSING.has(failure.code) ? failure : undefined;
  }

  #end(item: PlannedItem, { items, modelError, bugs }: ImportReport): void {
    const { onEvent, onModelError } = this.#options;
    for (const { outcome } of items) this.#finish(item, outcome);
    for (const error of bugs) onEvent({ type: "bug", error });
    if (modelError !== undefined) onModelError(modelError);
  }

  #finish(item: PlannedItem, outcome: ItemOutcome): void {
    this.#options.onEvent({ type: "finished", item, outcome });
  }
}
