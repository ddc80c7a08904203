import type { EvaluationEvent } from "../evaluation/evaluate.ts";
import type { ObjectOutcome } from "../evaluation/report.ts";
import type { NoticeBoard } from "./notices.ts";
import { printLine, type TextStream } from "./terminal.ts";

const CLEAR_LINE = "\r\u001b[K";

/** A line per finished object; on a terminal, below them, which object is in work. */
export class EvalProgress implements NoticeBoard {
  readonly #stderr: TextStream;
  #status = "";

  constructor(stderr: TextStream) {
    this.#stderr = stderr;
  }

  readonly onEvent = (event: EvaluationEvent): void => {
    if (event.type === "started") {
      this.#show(`${event.done} of ${event.total}, ${event.name}`);
      return;
    }
    this.note(`${event.outcome.name}  ${describe(event.outcome, event.isOld)}`);
  };

  note(line: string): void {
    if (this.#stderr.isTTY === true) this.#stderr.write(`${CLEAR_LINE}${line}\n${this.#status}`);
    else printLine(this.#stderr, line);
  }

  close(): void {
    this.#show("");
  }

  #show(status: string): void {
    this.#status = status;
    if (this.#stderr.isTTY === true) this.#stderr.write(`${CLEAR_LINE}${status}`);
  }
}

function describe(outcome: ObjectOutcome, isOld: boolean): string {
  if (outcome.status === "failed") return outcome.error.message;
  if (isOld) return "unchanged";
  const { psnr, chamfer } = outcome.scores.decimated;
  const warnings = outcome.warnings.map((text) => `, warning: ${text}`).join("");
  return `PSNR ${psnr.toFixed(2)} dB, Chamfer ${chamfer.toFixed(4)}${warnings}`;
}
