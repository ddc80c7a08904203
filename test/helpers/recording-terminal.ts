import type { Terminal } from "../../plugin/cli/terminal.ts";

/** A terminal that is none: it keeps what is written and lets the test press Ctrl-C. */
export class RecordingTerminal implements Terminal {
  readonly cwd: string;
  output = "";
  errors = "";
  exitedWith: number | undefined;
  readonly stdout = { isTTY: false, write: (text: string) => (this.output += text) };
  readonly stderr = { isTTY: false, write: (text: string) => (this.errors += text) };
  readonly #listeners = new Set<() => void>();

  constructor(cwd: string) {
    this.cwd = cwd;
  }

  onInterrupt(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  pressCtrlC(): void {
    for (const listener of this.#listeners) listener();
  }

  exit(code: number): void {
    this.exitedWith = code;
  }
}
