import type { ContactSheetRequest } from "../contact-sheet/write.ts";
import type { Generator, GeneratorOptions } from "../pipeline/contract.ts";
import type { Terminal } from "./terminal.ts";

/** What the commands work with; tests put their own in its place. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly openGenerator: (options: GeneratorOptions) => Promise<Generator>;
  readonly writeContactSheet: (request: ContactSheetRequest) => Promise<void>;
  /** Set by the command that ran. */
  exitCode: number;
}
