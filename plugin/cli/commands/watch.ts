/** `maquette watch`: keeps meshes up to date while their pictures change. */
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import type { WatchFlags } from "../watch-plan.ts";
import { withMeshOptions } from "./mesh-options.ts";

const DETAILS = `
Imports what is new or changed, as maquette import does, and goes on whenever a picture is saved.
A picture that is renamed or moved keeps its identity: sidecar and mesh go with it. One that is
deleted leaves its mesh. The configuration is read again when it is saved. What happened is kept in
.maquette/watch.log. Ctrl-C ends it.

One process at a time works on a project. Editors and maquette studio find a watch as they find
maquette serve, and use it; a second watch or service of the project is refused.

Examples:
  maquette watch art/ --out assets/
  maquette watch                           (with "pictures" in maquette.config.json)
  maquette watch art/ --json | my-tool     (one line of JSON per event)`;

export function addWatchCommand(program: Command, context: CliContext): void {
  const command = program
    .command("watch")
    .summary("keep meshes up to date while pictures change")
    .description("Watches a folder and turns its pictures into meshes whenever they are saved.")
    .argument("[folder]", 'folder of pictures (default: "pictures" of the configuration)');
  withMeshOptions(command)
    .option("--jobs <count>", "pictures in work at a time (default: 1)")
    .option("--json", "print one line of JSON per event on stdout")
    .option("--config <file>", "configuration (default: the nearest maquette.config.* upwards)")
    .option("--quiet", "say only what went wrong")
    .addHelpText("after", DETAILS)
    .action(async (folder: string | undefined, flags: WatchFlags) => {
      const { watchProject } = await import("../serve-project.ts");
      context.exitCode = await watchProject(folder, flags, context);
    });
}
