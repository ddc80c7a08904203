/** `maquette import`: pictures -> meshes, skipping what is unchanged. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { InputError } from "../../core/errors.ts";
import { DEFAULT_MODEL } from "../../models/registry.ts";
import { loadConfig, type ProjectConfig } from "../../project/config.ts";
import { planImport } from "../../project/plan.ts";
import type { CliContext } from "../context.ts";
import { readCount, readSettingsFlags, type SettingsFlags } from "../flags.ts";
import { printPlan } from "../import-results.ts";
import { Notices } from "../notices.ts";
import { performImport } from "../perform-import.ts";

interface ImportFlags extends SettingsFlags {
  readonly out?: string;
  readonly model?: string;
  readonly device?: string;
  readonly jobs?: string;
  readonly contactSheet?: string | true;
  readonly config?: string;
  readonly force?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
}

const MAX_JOBS = 64;

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
  program
    .command("import")
    .summary("turn pictures into meshes")
    .description("Turns pictures into meshes: one GLB and one sidecar per picture.")
    .argument(
      "[pictures...]",
      'files, folders and globs (default: "pictures" of the configuration)',
    )
    .option("--out <folder>", "folder for the meshes (default: beside each picture)")
    .option("--model <id|folder>", "model; see maquette models list")
    .option("--resolution <points>", "iso-surface lattice points per axis (default: the model's)")
    .option("--iso <density>", "density of the iso-surface (default: the model's)")
    .option("--triangles <count>", "triangle budget (default: 5000)")
    .option("--size <metres>", "length of the longest side (default: 1)")
    .option("--height <metres>", "height, instead of --size")
    .option("--device <name>", "device; see maquette devices (default: auto)")
    .option("--force", "import unchanged pictures too, and replace foreign meshes")
    .option("--dry-run", "say what would be done and do nothing")
    .option("--jobs <count>", "pictures in work at a time (default: 1)")
    .option("--json", "print one machine-readable report on stdout")
    .option("--contact-sheet [file.html]", "also make a page of pictures beside their meshes")
    .option("--config <file>", "configuration (default: the nearest maquette.config.* upwards)")
    .option("--quiet", "say only what went wrong")
    .addHelpText("after", DETAILS)
    .action(async (inputs: string[], flags: ImportFlags) => {
      context.exitCode = await importPictures(inputs, flags, context);
    });
}

async function importPictures(
  inputs: readonly string[],
  flags: ImportFlags,
  context: CliContext,
): Promise<number> {
  const { terminal } = context;
  const settings = readSettingsFlags(flags);
  const jobs = readCount(flags.jobs ?? "1", "--jobs", MAX_JOBS);
  const sheet = readContactSheetFlag(flags.contactSheet);
  const config = await loadConfig({ cwd: terminal.cwd, file: flags.config });
  const out = flags.out === undefined ? config.out : resolve(terminal.cwd, flags.out);
  const pictures = namedPictures(inputs, config);

  const notices = new Notices(terminal.stderr);
  const generator = await context.openGenerator({
    model: flags.model ?? config.model ?? DEFAULT_MODEL,
    device: flags.device ?? config.device ?? "auto",
    onWarning: (message) => notices.say(`warning: ${message}`),
  });
  try {
    const plan = await planImport({
      inputs: pictures,
      cwd: terminal.cwd,
      config,
      out,
      model: generator.model,
      flags: settings,
      force: flags.force === true,
    });
    if (flags.dryRun) return printPlan(plan, generator.model, flags.json === true, terminal);
    return await performImport(
      {
        plan,
        generator,
        jobs,
        root: config.root,
        sheet,
        out,
        quiet: flags.quiet === true,
        json: flags.json === true,
        notices,
      },
      context,
    );
  } finally {
    await generator.close();
  }
}

function namedPictures(inputs: readonly string[], config: ProjectConfig): readonly string[] {
  if (inputs.length > 0) return inputs;
  if (config.pictures.length > 0) return config.pictures;
  throw new InputError(
    "bad-option",
    'maquette import: no pictures named — name files, folders or globs, or list "pictures" in maquette.config.json',
  );
}

/** The words after the flag are taken for its file, so a picture there must not become the page. */
function readContactSheetFlag(value: string | true | undefined): string | true | undefined {
  if (typeof value !== "string" || /\.html?$/i.test(value)) return value;
  throw new InputError(
    "bad-option",
    `--contact-sheet: received ${value} — expected a file that ends in .html; without a file, put the flag last`,
  );
}
