/** How an import shows its progress: one line per picture here, live rows in live-view.ts. */
import type { ImportEvent } from "../project/import.ts";
import type { ImportPlan } from "../project/plan.ts";
import { describeOutcome, outcomeWarnings } from "./format.ts";
import type { NoticeBoard } from "./notices.ts";
import { printLine, type TextStream } from "./terminal.ts";

export interface ImportView extends NoticeBoard {
  readonly onEvent: (event: ImportEvent) => void;
  /** Leaves the terminal as it was; what was shown stays. */
  close(): Promise<void>;
}

/** One line per picture when it is done; for logs and pipes. */
export function createLineView(stream: TextStream, plan: ImportPlan): ImportView {
  let done = 0;
  return {
    onEvent(event) {
      if (event.type !== "finished") return;
      done++;
      const { outcome, item } = event;
      const status = outcome.status === "imported" || outcome.status === "failed";
      const facts = status ? `${outcome.status}: ${describeOutcome(outcome)}` : outcome.status;
      const warnings = outcomeWarnings(outcome).map((warning) => `; warning: ${warning}`);
      printLine(
        stream,
        `[${done}/${plan.items.length}] ${item.picture.label}: ${facts}${warnings.join("")}`,
      );
    },
    note: (line) => printLine(stream, line),
    close: () => Promise.resolve(),
  };
}

/** Shows failures only. */
export function createQuietView(stream: TextStream): ImportView {
  return {
    onEvent(event) {
      if (event.type !== "finished" || event.outcome.status !== "failed") return;
      printLine(stream, `${event.item.picture.label}: ${describeOutcome(event.outcome)}`);
    },
    note: (line) => printLine(stream, line),
    close: () => Promise.resolve(),
  };
}
