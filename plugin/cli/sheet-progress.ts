import type { NoticeBoard } from "./notices.ts";
import { printLine, type TextStream } from "./terminal.ts";

const CLEAR_LINE = "\r\u001b[K";

/** Says that a contact sheet is being made: on a terminal in one line that counts, else just once. */
export class SheetProgress implements NoticeBoard {
  readonly #stderr: TextStream;
  #line = "Making the contact sheet";

  constructor(stderr: TextStream) {
    this.#stderr = stderr;
    if (stderr.isTTY === true) stderr.write(this.#line);
    else printLine(stderr, this.#line);
  }

  readonly onProgress = (done: number, total: number): void => {
    this.#line = `Making the contact sheet: ${done} of ${total}`;
    if (this.#stderr.isTTY === true) this.#stderr.write(`${CLEAR_LINE}${this.#line}`);
  };

  note(line: string): void {
    if (this.#stderr.isTTY === true) this.#stderr.write(`${CLEAR_LINE}${line}\n${this.#line}`);
    else printLine(this.#stderr, line);
  }

  /** Ends the line. */
  close(): void {
    if (this.#stderr.isTTY === true) this.#stderr.write("\n");
  }
}
