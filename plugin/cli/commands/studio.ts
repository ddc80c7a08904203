/** `maquette studio`: pictures and their meshes on a page in the browser. */
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import type { StudioFlags } from "../studio-project.ts";
import { withMeshOptions } from "./mesh-options.ts";

const DETAILS = `
Serves the project as maquette serve does, or uses the service or watch it has, with the folders and
settings of that one; prints the page's address and opens it in the browser. The address holds the
token that opens the service: keep it to yourself.

Examples:
  maquette studio art/
  maquette studio --no-open`;

export function addStudioCommand(program: Command, context: CliContext): void {
  const command = program
    .command("studio")
    .summary("show pictures and meshes in the browser")
    .description("Watches a folder and shows its pictures and their meshes on a page.")
    .argument("[folder]", 'folder of pictures (default: "pictures" of the configuration)');
  withMeshOptions(command)
    .option("--jobs <count>", "pictures in work at a time (default: 1)")
    .option("--allow-origin <origins...>", "pages of other machines that may use the service")
    .option("--no-open", "print the page's address only")
    .option("--config <file>", "configuration (default: the nearest maquette.config.* upwards)")
    .option("--quiet", "say only what went wrong")
    .addHelpText("after", DETAILS)
    .action(async (folder: string | undefined, flags: StudioFlags) => {
      const { openStudio } = await import("../studio-project.ts");
      context.exitCode = await openStudio(folder, flags, context);
    });
}
