/** `maquette bench model`: what each precision of a model costs and saves. */
import type { Command } from "commander";
import type { BenchModelFlags } from "../bench-model.ts";
import type { CliContext } from "../context.ts";

const DETAILS = `
FILE is the compiled network, MEMORY the largest memory of its process, SESSION the time to load it,
ENCODE that of one picture. VS F32 is measured in turns with f32: 2.0x is twice as fast. PLANES is
the relative error of the network's output, CHAMFER the mean distance between the surface and that
of f32, as a share of its longest side.

Examples:
  maquette bench model
  maquette bench model --model vfusion3d --picture hero.png --precisions int8,int8-dynamic`;

export function addBenchCommand(program: Command, context: CliContext): void {
  const bench = program
    .command("bench")
    .summary("measure speed, memory and precision")
    .description("Measures on this machine.")
    .helpCommand(false);
  bench
    .command("model")
    .description("Measures what each precision of a model costs and saves.")
    .option("--model <id|folder>", "model; see maquette models list")
    .option("--picture <file>", "picture to encode (default: a drawn ball)")
    .option("--device <name>", "device; see maquette devices (default: cpu)")
    .option("--precisions <names>", "separated by commas (default: all)")
    .option("--resolution <points>", "lattice points per axis of the meshes (default: the model's)")
    .option("--repeats <count>", "timed pictures per precision (default: 3)")
    .option("--json", "print machine-readable output")
    .addHelpText("after", DETAILS)
    .action(async (flags: BenchModelFlags) => {
      const { benchModel } = await import("../bench-model.ts");
      context.exitCode = await benchModel(flags, context);
    });
}
