/** The terminal a command talks to: results on stdout, everything else on stderr. */

export interface TextStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Terminal {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Working folder, absolute. */
  readonly cwd: string;
  /** Calls `listener` at each Ctrl-C until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    onInterrupt(listener) {
      process.on("SIGINT", listener);
      return () => process.off("SIGINT", listener);
    },
    exit: (code) => process.exit(code),
  };
}

export function printLine(stream: TextStream, line: string): void {
  stream.write(`${line}\n`);
}
