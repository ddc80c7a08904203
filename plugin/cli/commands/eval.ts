/** `maquette eval`: how good a model is at meshes of known shape. */
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import type { EvalFlags } from "../eval-model.ts";

const DETAILS = `
Each mesh is pictured from view 0, the picture goes to the model, and what comes back is compared
with the mesh: pictures of the raw field, of the full and of the decimated mesh from all views
(PSNR, SSIM, LPIPS), and the two meshes' surfaces after alignment (Chamfer distance, F-scores; the
true mesh's longest side counts as 2). Meshes are taken to stand upright on +Y and to face +Z.
Pictures show base colours without light, on white.

With --json, a run goes on where an earlier one under the same conditions stopped.

Examples:
  maquette eval --models scans/ --json scores.json
  maquette eval --models scans/ --model vfusion3d --limit 50 --out pictures/`;

export function addEvalCommand(program: Command, context: CliContext): void {
  program
    .command("eval")
    .summary("measure how good a model is")
    .description("Measures how good a model is at a folder of meshes of known shape.")
    .requiredOption("--models <folder>", "folder of GLBs, searched with the folders below it")
    .option("--model <id|folder>", "model; see maquette models list")
    .option("--views <count>", "views around each object (default: 16)")
    .option("--size <pixels>", "side of the compared pictures (default: 256)")
    .option("--triangles <count>", "triangle budget of the decimated mesh (default: 5000)")
    .option("--limit <count>", "at most so many objects, evenly spread over the folder")
    .option("--json <file>", "write the scores to a JSON file after each object")
    .option("--out <folder>", "write a sheet of the compared pictures for each object")
    .option("--device <name>", "device; see maquette devices (default: auto)")
    .option("--precision <name>", "f32, f16, bf16, int8 or int8-dynamic (default: f32)")
    .addHelpText("after", DETAILS)
    .action(async (flags: EvalFlags) => {
      const { evalModel } = await import("../eval-model.ts");
      context.exitCode = await evalModel(flags, context);
    });
}
