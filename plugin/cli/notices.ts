import { printLine, type TextStream } from "./terminal.ts";

/** Takes lines while a view draws on the terminal. */
export interface NoticeBoard {
  note(line: string): void;
}

/** Lines about a run as a whole. They go to stderr, or to the view that draws there at the time. */
export class Notices {
  readonly #stderr: TextStream;
  #board: NoticeBoard | undefined;

  constructor(stderr: TextStream) {
    this.#stderr = stderr;
  }

  say(line: string): void {
    if (this.#board === undefined) printLine(this.#stderr, line);
    else this.#board.note(line);
  }

  /** @param board The view that draws from now on; undefined when none does. */
  showOn(board: NoticeBoard | undefined): void {
    this.#board = board;
  }
}
