/** `maquette models`: which models there are, and their installing, checking and removing. */
import type { Command } from "commander";
import type { AddFlags } from "../add-model.ts";
import type { CliContext } from "../context.ts";

interface JsonFlag {
  readonly json?: true;
}

const ADD_DETAILS = `
The model is one of those that "maquette models list" shows, a repository on the Hugging Face hub,
a checkpoint (safetensors, or PyTorch's .ckpt, .pt, .pth, .bin) or the folder of one. Nothing in a
checkpoint is executed. A download that was cut goes on where it stopped.

Environment: MAQUETTE_MODELS (folder of the models), HF_TOKEN, HF_ENDPOINT, HF_HOME, HF_HUB_OFFLINE.

Examples:
  maquette models add triposr
  maquette models add model.safetensors --id vfusion3d
  maquette models add hf:studio/our-model
  maquette models add runs/42/last.ckpt --id ours --licence CC0-1.0`;

export function addModelsCommand(program: Command, context: CliContext): void {
  const models = program
    .command("models")
    .summary("list, install, check and remove models")
    .description("The models that turn pictures into meshes.")
    .helpCommand(false);
  models
    .command("list")
    .description("Lists the models, their licences and whether they are installed.")
    .option("--json", "print machine-readable output")
    .action(async ({ json }: JsonFlag) => {
      const { printModels } = await import("../show-models.ts");
      await printModels(json === true, context.terminal);
    });
  models
    .command("info")
    .description("Says everything about one model.")
    .argument("<id>", "model; see maquette models list")
    .option("--json", "print machine-readable output")
    .action(async (id: string, { json }: JsonFlag) => {
      const { printModel } = await import("../show-models.ts");
      await printModel(id, json === true, context.terminal);
    });
  models
    .command("add")
    .description("Installs a model: downloads or reads it, checks it, and keeps it.")
    .argument("<model>", "id, hf:owner/repo[/file], checkpoint or folder")
    .option("--id <id>", "name for the model (default: from its file)")
    .option("--licence <spdx>", "licence of a model that states none")
    .option("--commercial-use", "that licence permits commercial use")
    .option("--quiet", "say only what went wrong")
    .addHelpText("after", ADD_DETAILS)
    .action(async (reference: string, flags: AddFlags) => {
      const { addModelWithProgress } = await import("../add-model.ts");
      context.exitCode = await addModelWithProgress(reference, flags, context.terminal);
    });
  models
    .command("remove")
    .description("Removes an installed model.")
    .argument("<id>", "model; see maquette models list")
    .action(async (id: string) => {
      const { removeModel } = await import("../keep-models.ts");
      await removeModel(id, context.terminal);
    });
  models
    .command("verify")
    .description("Checks that the files of installed models are what was installed.")
    .argument("[id]", "model (default: all that are installed)")
    .action(async (id: string | undefined) => {
      const { verifyModels } = await import("../keep-models.ts");
      context.exitCode = await verifyModels(id, context.terminal);
    });
}
