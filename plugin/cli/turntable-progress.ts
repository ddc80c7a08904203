import type { NoticeBoard } from "./notices.ts";
import { printLine, type TextStream } from "./terminal.ts";

const CLEAR_LINE = "\r\u001b[K";

/** How far a turntable is: on a terminal in one line that counts frames, else just once. */
export class TurntableProgress implements NoticeBoard {
  readonly #stderr: TextStream;
  readonly #frames: number;
  #line = "Reading the picture";

  constructor(stderr: TextStream, frames: number) {
    this.#stderr = stderr;
    this.#frames = frames;
    if (stderr.isTTY === true) stderr.write(this.#line);
    else printLine(stderr, `Rendering ${frames} frames`);
  }

  readonly onProgress = (frames: number): void => {
    const isDone = frames >= this.#frames;
    const line = isDone
      ? "Writing the results"
      : `Rendering: ${Math.floor(frames)} of ${this.#frames} frames`;
    if (line === this.#line) return;
    this.#line = line;
    if (this.#stderr.isTTY === true) this.#stderr.write(`${CLEAR_LINE}${line}`);
  };

  note(line: string): void {
    if (this.#stderr.isTTY === true) this.#stderr.write(`${CLEAR_LINE}${line}\n${this.#line}`);
    else printLine(this.#stderr, line);
  }

  /** Removes the line. */
  close(): void {
    if (this.#stderr.isTTY === true) this.#stderr.write(CLEAR_LINE);
  }
}
