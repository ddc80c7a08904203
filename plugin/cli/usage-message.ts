import type { Command, CommanderError } from "commander";

/** What is wrong with a command line and what would be right, on one line. */
export function usageMessage(
  error: CommanderError,
  program: Command,
  argv: readonly string[],
): string {
  const command = commandIn(program, argv);
  const [message = ""] = error.message.replace(/^error: /, "").split("\n");
  const what = error.code === "commander.help" ? "a command is missing" : message;
  return `${pathOf(command)}: ${what.replace(/\.$/, "")} — ${remedy(error.code, command)}`;
}

function remedy(code: string, command: Command): string {
  switch (code) {
    case "commander.unknownOption":
      return `allowed: ${command.options.map((option) => option.long).join(", ")}, --help`;
    case "commander.unknownCommand":
    case "commander.help":
      return `commands: ${command.commands.map((known) => known.name()).join(", ")}`;
    default:
      return `see ${pathOf(command)} --help`;
  }
}

/** The deepest command that the words name. */
function commandIn(program: Command, argv: readonly string[]): Command {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) break;
    command = next;
  }
  return command;
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
