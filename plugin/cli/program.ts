/** The `maquette` command: its parts, its exit codes, and how errors are shown. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { InputError, isExpectedError, ModelError } from "../core/errors.ts";
import { printBug } from "./bug.ts";
import { addBenchCommand } from "./commands/bench.ts";
import { addDevicesCommand } from "./commands/devices.ts";
import { addEvalCommand } from "./commands/eval.ts";
import { addImportCommand } from "./commands/import.ts";
import { addInspectCommand } from "./commands/inspect.ts";
import { addModelsCommand } from "./commands/models.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addStudioCommand } from "./commands/studio.ts";
import { addTurntableCommand } from "./commands/turntable.ts";
import { addWatchCommand } from "./commands/watch.ts";
import type { CliContext } from "./context.ts";
import { refuseEmptyValues } from "./empty-values.ts";
import { printLine, type TextStream } from "./terminal.ts";
import { usageMessage } from "./usage-message.ts";

/** The same on every terminal, as the README shows it. */
const HELP_WIDTH = 100;

const EXIT_CODES = `
Exit codes: 0 all good; 1 something failed, the rest is done; 2 bad usage, nothing was done;
130 cancelled with Ctrl-C.`;

export function createProgram(context: CliContext): Command {
  const program = new Command("maquette")
    .description("Turns concept art into game-ready meshes, on this machine.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", EXIT_CODES)
    .exitOverride()
    .hook("preAction", (_, command) => refuseEmptyValues(command))
    .configureOutput({
      writeOut: (text) => context.terminal.stdout.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => HELP_WIDTH,
    });
  addImportCommand(program, context);
  addWatchCommand(program, context);
  addServeCommand(program, context);
  addStudioCommand(program, context);
  addTurntableCommand(program, context);
  addInspectCommand(program, context);
  addModelsCommand(program, context);
  addDevicesCommand(program, context);
  addEvalCommand(program, context);
  addBenchCommand(program, context);
  return program;
}

/** Runs one command line; errors are shown on stderr. Returns the exit code. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const program = createProgram(context);
  try {
    if (argv.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync(argv, { from: "user" });
    return context.exitCode;
  } catch (error) {
    return showError(error, argv, program, context.terminal.stderr);
  }
}

function showError(
  error: unknown,
  argv: readonly string[],
  program: Command,
  stderr: TextStream,
): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    printLine(stderr, usageMessage(error, program, argv));
    return 2;
  }
  if (isExpectedError(error)) {
    printLine(stderr, error.message);
    return isBadUsage(error) ? 2 : 1;
  }
  printBug(error, stderr);
  return 1;
}

/** The command line or the configuration asks for something that does not exist. */
function isBadUsage(error: Error): boolean {
  if (error instanceof InputError)
    return ["bad-option", "bad-config", "licence"].includes(error.code);
  return error instanceof ModelError && ["unknown-model", "device"].includes(error.code);
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
