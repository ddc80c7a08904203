import type { Command } from "commander";

/** The options of every command that makes meshes of pictures: where, by which model, and how. */
export function withMeshOptions(command: Command): Command {
  return command
    .option("--out <folder>", "folder for the meshes (default: beside each picture)")
    .option("--model <id|folder>", "model; see maquette models list")
    .option("--resolution <points>", "iso-surface lattice points per axis (default: the model's)")
    .option("--iso <density>", "density of the iso-surface (default: the model's)")
    .option("--triangles <count>", "triangle budget (default: 5000)")
    .option("--size <metres>", "length of the longest side (default: 1)")
    .option("--height <metres>", "height, instead of --size")
    .option(
      "--matte <method>",
      "how the object is cut out: auto, alpha, backdrop, isnet or none (default: auto)",
    )
    .option(
      "--preprocess <way>",
      "best, or reference: as the model's reference program does (default: best)",
    )
    .option("--device <name>", "device; see maquette devices (default: auto)")
    .option("--precision <name>", "f32, f16, bf16, int8 or int8-dynamic (default: f32)");
}
