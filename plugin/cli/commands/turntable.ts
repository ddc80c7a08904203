/** `maquette turntable`: what the model sees in a picture, from all around. */
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import type { TurntableFlags } from "../make-turntable.ts";

const DETAILS = `
The pictures are rendered from the model's field itself, before any mesh is made of it: hero.png
gives hero-turntable/000.png and so on, hero-turntable.webp, hero-turntable.gif and, where ffmpeg is
on PATH, hero-turntable.mp4. The first frame is the view of the picture.

Examples:
  maquette turntable hero.png
  maquette turntable hero.png --frames 72 --size 512 --background transparent --out previews/`;

export function addTurntableCommand(program: Command, context: CliContext): void {
  program
    .command("turntable")
    .summary("show what the model sees in a picture from all around")
    .description("Renders what the model sees in a picture from all around, as a quick preview.")
    .argument("<picture>", "picture file")
    .option("--out <folder>", "folder for the results (default: beside the picture)")
    .option("--frames <count>", "views of one turn (default: 36)")
    .option("--size <pixels>", "side of a frame (default: 256)")
    .option("--samples <count>", "samples per ray, even (default: the model's)")
    .option("--background <kind>", "white or transparent (default: white)")
    .option("--model <id|folder>", "model; see maquette models list")
    .option("--device <name>", "device; see maquette devices (default: auto)")
    .option("--precision <name>", "f32, f16, bf16, int8 or int8-dynamic (default: f32)")
    .option("--matte <method>", "how the object is cut out; see maquette import --help")
    .option("--preprocess <recipe>", "best or reference (default: best)")
    .option("--quiet", "say only what went wrong")
    .addHelpText("after", DETAILS)
    .action(async (picture: string, flags: TurntableFlags) => {
      const { turntableOf } = await import("../make-turntable.ts");
      context.exitCode = await turntableOf(picture, flags, context);
    });
}
