import { formatBytes } from "../core/bytes.ts";
import type { SourceProgress } from "../models/source.ts";
import { formatTimeLeft } from "./format.ts";
import type { NoticeBoard } from "./notices.ts";
import { StatusLine } from "./status-line.ts";
import type { TextStream } from "./terminal.ts";

const REDRAW_MS = 100;
/** Elsewhere than on a terminal, a line at each of so many equal steps. */
const LINES = 10;

const STEPS: Readonly<Record<SourceProgress["step"], string>> = {
  download: "Downloading",
  hash: "Hashing the file",
  check: "Checking the values",
  convert: "Converting to safetensors",
};

/** The steps of adding a model: on a terminal in one line that counts, else a line now and then. */
export class AddProgress implements NoticeBoard {
  readonly #status: StatusLine;
  readonly #now: () => number;
  #step: SourceProgress["step"] | undefined;
  /** Of this step: when it began, and with how many bytes done, and when it was last shown. */
  #start = { ms: 0, bytes: 0 };
  #shownMs = 0;
  #shownTenth = 0;

  /** @param now A clock, ms. */
  constructor(stderr: TextStream, now: () => number = () => performance.now()) {
    this.#status = new StatusLine(stderr);
    this.#now = now;
  }

  readonly onProgress = (progress: SourceProgress): void => {
    const { step, bytes, totalBytes } = progress;
    const isFirst = step !== this.#step;
    if (isFirst) {
      this.#step = step;
      this.#start = { ms: this.#now(), bytes };
      this.#shownTenth = -1;
    }
    if (this.#status.isDrawn) {
      if (!isFirst && bytes < totalBytes && this.#now() - this.#shownMs < REDRAW_MS) return;
      this.#shownMs = this.#now();
      this.#status.show(this.#describe(progress));
      return;
    }
    const tenth = Math.floor((LINES * bytes) / Math.max(1, totalBytes));
    if (tenth === this.#shownTenth) return;
    this.#shownTenth = tenth;
    this.#status.note(this.#describe(progress));
  };

  note(line: string): void {
    this.#status.note(line);
  }

  close(): void {
    this.#status.end();
  }

  #describe({ step, bytes, totalBytes }: SourceProgress): string {
    const share = `${STEPS[step]}: ${Math.floor((100 * bytes) / Math.max(1, totalBytes))}%`;
    if (step !== "download") return share;
    const rate = (1000 * (bytes - this.#start.bytes)) / (this.#now() - this.#start.ms);
    const amount = `${share}, ${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
    if (!(rate > 0 && rate < Number.POSITIVE_INFINITY)) return amount;
    const left =
      bytes < totalBytes ? `, ${formatTimeLeft((1000 * (totalBytes - bytes)) / rate)}` : "";
    return `${amount}, ${formatBytes(rate)}/s${left}`;
  }
}
