/** `maquette serve`: keeps meshes up to date, and tells editors and pages of this machine. */
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import type { ServeFlags } from "../serve-project.ts";
import { withMeshOptions } from "./mesh-options.ts";

const DETAILS = `
Does what maquette watch does, and serves it to programs of this machine: the Babylon.js Editor's
plugin, the Inspector's extension, maquette studio, games in development. They find address and
token in .maquette/service.json. A project has one service or watch at a time. The model runs in a
process of its own, which is started again when it crashes.

Ctrl-C (exit code 130) and SIGTERM (143) end it, as does the end of stdin with --while-stdin-open
(0).

Examples:
  maquette serve art/ --out assets/
  maquette serve --allow-origin https://game.example:8443
  maquette serve --json --while-stdin-open      (for programs that start it)`;

export function addServeCommand(program: Command, context: CliContext): void {
  const command = program
    .command("serve")
    .summary("watch, and serve editors and pages of this machine")
    .description("Watches a folder as maquette watch does and serves what happens on this machine.")
    .argument("[folder]", 'folder of pictures (default: "pictures" of the configuration)');
  withMeshOptions(command)
    .option("--jobs <count>", "pictures in work at a time (default: 1)")
    .option("--allow-origin <origins...>", "pages of other machines that may use the service")
    .option("--while-stdin-open", "end when stdin does")
    .option("--json", "print one line of JSON per event on stdout")
    .option("--config <file>", "configuration (default: the nearest maquette.config.* upwards)")
    .option("--quiet", "say only what went wrong")
    .addHelpText("after", DETAILS)
    .action(async (folder: string | undefined, flags: ServeFlags) => {
      const { serveProject } = await import("../serve-project.ts");
      context.exitCode = await serveProject(folder, flags, context);
    });
}
