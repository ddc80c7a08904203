/** `maquette models list`: the models this version knows by name. */
import type { Command } from "commander";
import { DEFAULT_MODEL, KNOWN_MODELS, type KnownModel } from "../../models/registry.ts";
import type { CliContext } from "../context.ts";
import { formatTable } from "../table.ts";
import { printLine } from "../terminal.ts";

const DETAILS = `
--model also takes a folder with config.json and model.safetensors.`;

export function addModelsCommand(program: Command, context: CliContext): void {
  const models = program
    .command("models")
    .summary("list the models")
    .description("The models that turn pictures into meshes.")
    .helpCommand(false);
  models
    .command("list")
    .description("Lists the models that --model knows by name.")
    .option("--json", "print machine-readable output")
    .addHelpText("after", DETAILS)
    .action(({ json }: { json?: true }) => {
      const { stdout } = context.terminal;
      if (json) {
        printLine(stdout, JSON.stringify(KNOWN_MODELS.map(modelJson), null, 2));
        return;
      }
      for (const line of formatTable([HEADER, ...KNOWN_MODELS.map(modelRow)])) {
        printLine(stdout, line);
      }
    });
}

const HEADER = ["ID", "NAME", "PARAMETERS", "SIZE", "LICENCE", "COMMERCIAL USE"];

function modelRow(model: KnownModel): string[] {
  return [
    model.id === DEFAULT_MODEL ? `${model.id} (default)` : model.id,
    model.name,
    `${(model.parameterCount / 1e6).toFixed(1)} M`,
    `${(model.weightsBytes / 1e6).toFixed(1)} MB`,
    model.licence.spdx,
    model.licence.commercialUse ? "yes" : "no",
  ];
}

function modelJson({ folder: _, ...model }: KnownModel): object {
  return { ...model, isDefault: model.id === DEFAULT_MODEL };
}
