import type { NoticeBoard } from "./notices.ts";
import { StatusLine } from "./status-line.ts";
import type { TextStream } from "./terminal.ts";

/** How far a turntable is: on a terminal in one line that counts frames, else just once. */
export class TurntableProgress implements NoticeBoard {
  readonly #status: StatusLine;
  readonly #frames: number;

  constructor(stderr: TextStream, frames: number) {
    this.#status = new StatusLine(stderr);
    this.#frames = frames;
    if (this.#status.isDrawn) this.#status.show("Reading the picture");
    else this.#status.note(`Rendering ${frames} frames`);
  }

  readonly onProgress = (frames: number): void => {
    const isDone = frames >= this.#frames;
    const count = `Rendering: ${Math.floor(frames)} of ${this.#frames} frames`;
    this.#status.show(isDone ? "Writing the results" : count);
  };

  note(line: string): void {
    this.#status.note(line);
  }

  close(): void {
    this.#status.clear();
  }
}
