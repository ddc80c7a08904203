import { printLine, type TextStream } from "./terminal.ts";

/** Shows an error that nobody foresaw, with its stack and where to report it. */
export function printBug(error: unknown, stderr: TextStream): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  for (const line of text.split("\n")) printLine(stderr, line);
  printLine(stderr, "This is a bug in Maquette: please report it with the lines above.");
}
