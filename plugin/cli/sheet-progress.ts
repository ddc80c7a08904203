import type { NoticeBoard } from "./notices.ts";
import { StatusLine } from "./status-line.ts";
import type { TextStream } from "./terminal.ts";

const TITLE = "Making the contact sheet";

/** Says that a contact sheet is being made: on a terminal in one line that counts, else just once. */
export class SheetProgress implements NoticeBoard {
  readonly #status: StatusLine;

  constructor(stderr: TextStream) {
    this.#status = new StatusLine(stderr);
    if (this.#status.isDrawn) this.#status.show(TITLE);
    else this.#status.note(TITLE);
  }

  readonly onProgress = (done: number, total: number): void => {
    this.#status.show(`${TITLE}: ${done} of ${total}`);
  };

  note(line: string): void {
    this.#status.note(line);
  }

  close(): void {
    this.#status.end();
  }
}
