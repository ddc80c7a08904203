import type { NoticeBoard } from "./notices.ts";
import { printable, printLine, type TextStream } from "./terminal.ts";

const CLEAR_LINE = "\r\u001b[K";

/** The last line of a terminal, drawn anew as work goes on; notices go above it. */
export class StatusLine implements NoticeBoard {
  readonly #stderr: TextStream;
  #line = "";

  constructor(stderr: TextStream) {
    this.#stderr = stderr;
  }

  /** False for files and pipes: there `show` and the ends do nothing. */
  get isDrawn(): boolean {
    return this.#stderr.isTTY === true;
  }

  show(line: string): void {
    if (line === this.#line) return;
    this.#line = line;
    if (this.isDrawn) this.#stderr.write(`${CLEAR_LINE}${this.#fitted}`);
  }

  note(line: string): void {
    if (this.isDrawn) this.#stderr.write(`${CLEAR_LINE}${printable(line)}\n${this.#fitted}`);
    else printLine(this.#stderr, line);
  }

  /** On one row of the terminal: of a line that wraps, only the last row could be cleared. */
  get #fitted(): string {
    const columns = this.#stderr.columns || Number.POSITIVE_INFINITY;
    return printable(this.#line).slice(0, columns - 1);
  }

  /** Leaves the line as it is; what is written next goes below it. */
  end(): void {
    if (this.isDrawn && this.#line !== "") this.#stderr.write("\n");
    this.#line = "";
  }

  clear(): void {
    this.show("");
  }
}
