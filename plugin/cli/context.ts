import type { Generator, GeneratorOptions } from "../pipeline/generate.ts";
import type { Terminal } from "./terminal.ts";

/** What the commands work with; tests put their own in its place. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly openGenerator: (options: GeneratorOptions) => Promise<Generator>;
  readonly writeContactSheet: (request: ContactSheetRequest) => Promise<void>;
  /** Set by the command that ran. */
  exitCode: number;
}

export interface ContactSheetRequest {
  readonly items: readonly ContactSheetItem[];
  /** Absolute. */
  readonly outFile: string;
  readonly title: string;
  readonly signal: AbortSignal;
}

export interface ContactSheetItem {
  readonly name: string;
  readonly picturePath: string;
  readonly glbPath: string;
  /** Short texts for people. */
  readonly facts: readonly string[];
}
