/** What `maquette import` does: flags and configuration -> plan -> work. */
import { resolve } from "node:path";
import { InputError } from "../core/errors.ts";
import { DEFAULT_MODEL } from "../models/registry.ts";
import { loadConfig, type ProjectConfig } from "../project/config.ts";
import { planImport } from "../project/plan.ts";
import type { CliContext } from "./context.ts";
import { readCount, readPrecision, readSettingsFlags, type SettingsFlags } from "./flags.ts";
import { printPlan } from "./import-results.ts";
import { Notices } from "./notices.ts";
import { performImport } from "./perform-import.ts";

export interface ImportFlags extends SettingsFlags {
  readonly out?: string;
  readonly model?: string;
  readonly device?: string;
  readonly precision?: string;
  readonly jobs?: string;
  readonly contactSheet?: string | true;
  readonly config?: string;
  readonly force?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
}

const MAX_JOBS = 64;

/** Returns the exit code. @throws InputError for bad usage, ModelError when the model does not open. */
export async function importPictures(
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
    precision: flags.precision === undefined ? config.precision : readPrecision(flags.precision),
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
