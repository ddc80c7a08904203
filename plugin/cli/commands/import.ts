/** `maquette import`: pictures -> meshes, skipping what is unchanged. */
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import type { ImportFlags } from "../import-pictures.ts";
import { withMeshOptions } from "./mesh-options.ts";

const DETAILS = `
Each picture gets a mesh (hero.png -> hero.glb) and a sidecar (hero.png.maquette.json), beside it or
under --out. A picture is skipped when it, its settings, the model and its mesh are unchanged.
Settings given as flags are kept in the sidecar and hold for later runs too.

Examples:
  maquette import hero.png
  maquette import art/ --out assets/ --triangles 2000 --height 1.8
  maquette import "art/**/*.png" --out assets/ --contact-sheet
  maquette import --json > report.json     (with "pictures" in maquette.config.json)`;

export function addImportCommand(program: Command, context: CliContext): void {
  const command = program
    .command("import")
    .summary("turn pictures into meshes")
    .description("Turns pictures into meshes: one GLB and one sidecar per picture.")
    .argument(
      "[pictures...]",
      'files, folders and globs (default: "pictures" of the configuration)',
    );
  withMeshOptions(command)
    .option("--force", "import unchanged pictures too, and replace foreign meshes")
    .option("--dry-run", "say what would be done and do nothing")
    .option("--jobs <count>", "pictures in work at a time (default: 1)")
    .option("--json", "print one machine-readable report on stdout")
    .option("--contact-sheet [file.html]", "also make a page of pictures beside their meshes")
    .option("--config <file>", "configuration (default: the nearest maquette.config.* upwards)")
    .option("--quiet", "say only what went wrong")
    .addHelpText("after", DETAILS)
    .action(async (inputs: string[], flags: ImportFlags) => {
      const { importPictures } = await import("../import-pictures.ts");
      context.exitCode = await importPictures(inputs, flags, context);
    });
}
