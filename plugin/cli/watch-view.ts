/** How a watch shows what happens: a line per event, and on a terminal what is in work below them. */
import type { Stage } from "../core/progress.ts";
import type { Forecast } from "../project/forecast.ts";
import type { ImportEvent } from "../project/import.ts";
import type { PlannedItem } from "../project/plan.ts";
import type { WatchEvent } from "../project/watch/events.ts";
import { printBug } from "./bug.ts";
import {
  describeOutcome,
  formatCount,
  formatDuration,
  formatQuantity,
  formatTimeLeft,
  outcomeWarnings,
} from "./format.ts";
import type { NoticeBoard } from "./notices.ts";
import { StatusLine } from "./status-line.ts";
import type { TextStream } from "./terminal.ts";

export interface WatchViewOptions {
  /** Says only what went wrong. */
  readonly isQuiet: boolean;
  /** The model's name. */
  readonly model: string;
  readonly forecast: Forecast;
  /** How many pictures wait. */
  readonly waiting: () => number;
}

interface InWork {
  readonly stage: Stage;
  readonly fraction: number;
  readonly stageStart: number;
}

export class WatchView implements NoticeBoard {
  readonly #status: StatusLine;
  readonly #stderr: TextStream;
  readonly #options: WatchViewOptions;
  readonly #inWork = new Map<PlannedItem, InWork>();

  constructor(stderr: TextStream, options: WatchViewOptions) {
    this.#stderr = stderr;
    this.#status = new StatusLine(stderr);
    this.#options = options;
  }

  readonly onEvent = (event: WatchEvent): void => {
    this.#follow(event);
    const line = this.#lineOf(event);
    if (line !== undefined) this.note(line);
    if (event.type === "bug") {
      this.#status.clear();
      printBug(event.error, this.#stderr);
    }
    if (!this.#options.isQuiet) this.#status.show(this.#describeWork());
  };

  note(line: string): void {
    this.#status.note(line);
  }

  close(): void {
    this.#status.clear();
  }

  #follow(event: WatchEvent): void {
    if (event.type === "stage") {
      const former = this.#inWork.get(event.item);
      const isSame = former?.stage === event.stage;
      const stageStart = isSame ? former.stageStart : performance.now();
      this.#inWork.set(event.item, { stage: event.stage, fraction: event.fraction, stageStart });
    }
    if (event.type === "retrying") {
      for (const item of this.#inWork.keys()) {
        if (item.picture.path === event.picture.path) this.#inWork.delete(item);
      }
    }
    if (event.type === "finished") {
      this.#inWork.delete(event.item);
      const { outcome } = event;
      if (outcome.status === "imported") this.#options.forecast.record(outcome.timingsMs);
    }
  }

  #lineOf(event: WatchEvent): string | undefined {
    switch (event.type) {
      case "problem":
        return event.message;
      case "finished":
        return this.#lineOfOutcome(event);
      default:
        return this.#options.isQuiet ? undefined : this.#lineOfNews(event);
    }
  }

  #lineOfOutcome({
    item,
    outcome,
  }: Extract<ImportEvent, { type: "finished" }>): string | undefined {
    const isNews = outcome.status === "imported" && !this.#options.isQuiet;
    if (!isNews && outcome.status !== "failed") return undefined;
    const warnings = outcomeWarnings(outcome).map((warning) => `; warning: ${warning}`);
    const facts = `${outcome.status}: ${describeOutcome(outcome)}`;
    return `${item.picture.label}: ${facts}${warnings.join("")}`;
  }

  #lineOfNews(event: WatchEvent): string | undefined {
    switch (event.type) {
      case "watching":
        return `${this.#options.model}: watching ${formatQuantity(event.pictures, "picture")}; Ctrl-C ends it`;
      case "retrying": {
        const { picture, failure, delayMs } = event;
        return `${picture.label}: tried again in ${formatDuration(delayMs)}: ${failure.message}`;
      }
      case "renamed":
        return `${event.picture.label}: was ${event.from}; its sidecar and mesh go with it`;
      case "copied":
        return `${event.picture.label}: came with another picture's sidecar; it is an asset of its own`;
      case "orphaned":
        return `${event.picture.label}: deleted; its mesh stays`;
      case "configured": {
        const { file, restart } = event;
        const later = restart.length > 0 ? `; ${restart.join(", ")} from the next start on` : "";
        return `${file}: read again${later}`;
      }
      default:
        return undefined;
    }
  }

  /** "hero.png: encode, about 4 s left; 12 waiting". */
  #describeWork(): string {
    const pictures = [...this.#inWork].map(([{ picture }, { stage, fraction, stageStart }]) => {
      const stageMs = performance.now() - stageStart;
      const remaining = this.#options.forecast.remainingMs(stage, fraction, stageMs);
      const left = remaining === undefined ? "" : `, ${formatTimeLeft(remaining)}`;
      return `${picture.label}: ${stage}${left}`;
    });
    const waiting = this.#options.waiting();
    return [...pictures, ...(waiting > 0 ? [`${formatCount(waiting)} waiting`] : [])].join("; ");
  }
}
