import type { EvaluationEvent } from "../evaluation/evaluate.ts";
import type { ObjectOutcome } from "../evaluation/report.ts";
import type { NoticeBoard } from "./notices.ts";
import { StatusLine } from "./status-line.ts";
import type { TextStream } from "./terminal.ts";

/** A line per finished object; on a terminal, below them, which object is in work. */
export class EvalProgress implements NoticeBoard {
  readonly #status: StatusLine;

  constructor(stderr: TextStream) {
    this.#status = new StatusLine(stderr);
  }

  readonly onEvent = (event: EvaluationEvent): void => {
    if (event.type === "started") {
      this.#status.show(`${event.done} of ${event.total}, ${event.name}`);
      return;
    }
    this.note(`${event.outcome.name}  ${describe(event.outcome, event.isOld)}`);
  };

  note(line: string): void {
    this.#status.note(line);
  }

  close(): void {
    this.#status.clear();
  }
}

function describe(outcome: ObjectOutcome, isOld: boolean): string {
  if (outcome.status === "failed") return outcome.error.message;
  if (isOld) return "unchanged";
  const { psnr, chamfer } = outcome.scores.decimated;
  const warnings = outcome.warnings.map((text) => `, warning: ${text}`).join("");
  return `PSNR ${psnr.toFixed(2)} dB, Chamfer ${chamfer.toFixed(4)}${warnings}`;
}
