import { color } from "listr2";
import { STAGES, type Stage } from "../core/progress.ts";
import type { Forecast } from "../project/forecast.ts";
import type { ItemOutcome } from "../project/import.ts";
import type { PlannedItem } from "../project/plan.ts";
import { describeOutcome, formatTimeLeft, outcomeWarnings } from "./format.ts";
import { printable } from "./terminal.ts";

/** The part of a listr2 task that a row draws on; without a title it is invisible. */
export interface Row {
  title: string;
  output: string;
  skip(message: string): void;
}

const BAR_WIDTH = 16;
const STAGE_WIDTH = Math.max(...STAGES.map((stage) => stage.length));

/** The k-th row of the list; takes the k-th picture that is started and is invisible until then. */
export class LiveRow {
  readonly #item = deferred<PlannedItem | undefined>();
  readonly #end = deferred<void>();
  #row: Row | undefined;
  #label = "";
  #stage: Stage = "decode";
  #fraction = 0;
  #stageStart = 0;
  #close: (row: Row) => void = () => undefined;

  /** The row's life, as listr2 sees it. */
  async run(row: Row): Promise<void> {
    if ((await this.#item.promise) === undefined) return;
    this.#row = row;
    await this.#end.promise;
    this.#close(row);
  }

  leaveEmpty(): void {
    this.#item.resolve(undefined);
  }

  start(item: PlannedItem): void {
    this.#label = printable(item.picture.label);
    this.#stageStart = performance.now();
    this.#item.resolve(item);
  }

  enter({ stage, fraction }: { stage: Stage; fraction: number }): void {
    if (stage !== this.#stage) this.#stageStart = performance.now();
    this.#stage = stage;
    this.#fraction = fraction;
  }

  remainingMs(forecast: Forecast): number | undefined {
    return forecast.remainingMs(this.#stage, this.#fraction, performance.now() - this.#stageStart);
  }

  refresh(forecast: Forecast, labelWidth: number): void {
    if (this.#row === undefined) return;
    const remaining = this.remainingMs(forecast);
    const total = forecast.pictureMs;
    const share =
      remaining === undefined || total === undefined || total === 0
        ? (STAGES.indexOf(this.#stage) + this.#fraction) / STAGES.length
        : 1 - remaining / total;
    const left = remaining === undefined ? "" : formatTimeLeft(remaining);
    this.#row.title = [
      fitted(this.#label, labelWidth),
      bar(share),
      this.#stage.padEnd(STAGE_WIDTH),
      color.dim(left),
    ].join("  ");
  }

  finish(outcome: ItemOutcome, labelWidth: number): void {
    const label = fitted(this.#label, labelWidth);
    const facts = printable(describeOutcome(outcome));
    const warnings = outcomeWarnings(outcome).map((text) =>
      color.yellow(`warning: ${printable(text)}`),
    );
    this.#close = (row) => {
      if (outcome.status === "failed")
        throw new Error([`${label}  ${facts}`, ...warnings].join("\n"));
      row.title = [`${label}  ${color.dim(facts)}`, ...warnings].join("\n");
      if (outcome.status === "cancelled") row.skip(row.title);
    };
    this.#end.resolve();
  }
}

function fitted(label: string, width: number): string {
  return label.length <= width ? label.padEnd(width) : `…${label.slice(1 - width)}`;
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return color.cyan("━".repeat(filled)) + color.dim("─".repeat(BAR_WIDTH - filled));
}

export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

export function deferred<Value>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
