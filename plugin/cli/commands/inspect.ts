/** `maquette inspect`: what is in a GLB, and whether its surface is sound. */
import type { Command } from "commander";
import type { CliContext } from "../context.ts";

const DETAILS = `
Lengths are in metres. Vertices at the same place count as one position: normals and texture seams
split them without opening the surface.`;

export function addInspectCommand(program: Command, context: CliContext): void {
  program
    .command("inspect")
    .summary("say what is in a GLB")
    .description("Says what is in a GLB: size, topology, materials, textures.")
    .argument("<file.glb>", "binary glTF file")
    .option("--json", "print machine-readable output")
    .addHelpText("after", DETAILS)
    .action(async (file: string, { json }: { json?: true }) => {
      const { inspectGlb } = await import("../inspect-glb.ts");
      await inspectGlb(file, json === true, context.terminal);
    });
}
