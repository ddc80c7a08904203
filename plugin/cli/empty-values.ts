import type { Command } from "commander";
import { InputError } from "../core/errors.ts";

/**
 * An empty value, say of an unset variable, is never meant; as a path it would be the whole working
 * folder.
 *
 * @throws InputError "bad-option" naming the flag or argument.
 */
export function refuseEmptyValues(command: Command): void {
  const option = command.options.find(
    (candidate) => command.getOptionValue(candidate.attributeName()) === "",
  );
  if (option !== undefined) throw emptyValue(option.long ?? option.flags, option.mandatory);
  const argument = command.registeredArguments.find((_, i) =>
    [command.processedArgs[i]].flat().includes(""),
  );
  if (argument !== undefined) throw emptyValue(argument.name(), argument.required);
}

function emptyValue(subject: string, isRequired: boolean): InputError {
  const remedy = isRequired ? "give one" : "give one, or leave it out";
  return new InputError("bad-option", `${subject}: received an empty value — ${remedy}`);
}
