import type { ContactSheetRequest } from "../contact-sheet/write.ts";
import type { Generator, GeneratorOptions, MeshGenerator } from "../pipeline/contract.ts";
import type { Terminal } from "./terminal.ts";

/** What the commands work with; tests put their own in its place. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly openGenerator: (options: GeneratorOptions) => Promise<Generator>;
  /** In a process of its own. */
  readonly openWorkerGenerator: (options: GeneratorOptions) => Promise<MeshGenerator>;
  /** Shows an address in the browser. */
  readonly openPage: (url: string) => Promise<void>;
  readonly writeContactSheet: (request: ContactSheetRequest) => Promise<void>;
  /** Set by the command that ran. */
  exitCode: number;
}
