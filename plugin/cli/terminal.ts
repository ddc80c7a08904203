/** The terminal a command talks to: results on stdout, everything else on stderr. */

export interface TextStream {
  readonly isTTY?: boolean;
  /** Width of a terminal. */
  readonly columns?: number;
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

/** Controls, and marks that turn the direction of text: in a file's name they would steer the terminal. */
const STEERING = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** `text` as people can read it, on one line: what would steer the terminal is spelt as in \u001b. */
export function printable(text: string): string {
  return text.replace(
    STEERING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A line for people. */
export function printLine(stream: TextStream, line: string): void {
  stream.write(`${printable(line)}\n`);
}

/** Text for other programs, to the letter. */
export function printData(stream: TextStream, text: string): void {
  stream.write(`${text}\n`);
}

/** A result's path: for people on a terminal, else for the program that reads the pipe. */
export function printPath(stream: TextStream, path: string): void {
  const print = stream.isTTY === true ? printLine : printData;
  print(stream, path);
}
