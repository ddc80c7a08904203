import { printLine, type TextStream } from "./terminal.ts";

/** Shows an error that nobody foresaw, with its stack and where to report it. */
export function printBug(error: unknown, stderr: TextStream): void {
  printLine(stderr, error instanceof Error ? (error.stack ?? error.message) : String(error));
  printLine(stderr, "This is a bug in Maquette: please report it with the lines above.");
}
