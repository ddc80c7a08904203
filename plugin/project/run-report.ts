/**
 * What an import did and how long each stage took, in `.maquette/last-import.json`. The folder is
 * not for version control (it ignores itself); the next run estimates its time from the report.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { STAGES, type Stage } from "../core/progress.ts";
import { systemErrorCode } from "../files/file-errors.ts";
import { writeFileAtomically } from "../files/write.ts";
import type { ImportReport } from "./import.ts";

export const PROJECT_FOLDER = ".maquette";

const REPORT_FILE = "last-import.json";

/** Milliseconds each stage took, one entry per picture. */
export type StageTimes = Readonly<Partial<Record<Stage, readonly number[]>>>;

/** @throws InputError when `root` cannot be written. */
export async function saveRunReport(root: string, report: ImportReport): Promise<void> {
  const folder = join(root, PROJECT_FOLDER);
  await writeFileAtomically(join(folder, ".gitignore"), "*\n");
  const content = {
    model: report.model.id,
    stageTimesMs: stageTimes(report),
    items: report.items.map(({ picture, outcome }) => ({ picture: picture.label, ...outcome })),
    problems: report.problems.map((problem) => problem.message),
    modelError: report.modelError?.message,
    bugs: report.bugs.map((bug) => (bug instanceof Error ? bug.stack : String(bug))),
  };
  await writeFileAtomically(join(folder, REPORT_FILE), `${JSON.stringify(content, null, 2)}\n`);
}

/** The stage times of the last run in `root`; empty when there are none to be had. */
export async function loadStageTimes(root: string): Promise<StageTimes> {
  try {
    const text = await readFile(join(root, PROJECT_FOLDER, REPORT_FILE), "utf8");
    return readStageTimes(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || systemErrorCode(error) !== undefined) return {};
    throw error;
  }
}

function stageTimes({ items }: ImportReport): StageTimes {
  const timings = items.flatMap(({ outcome }) =>
    outcome.status === "imported" ? [outcome.timingsMs] : [],
  );
  return Object.fromEntries(
    STAGES.map((stage) => [stage, timings.map((t) => Math.round(t[stage]))]),
  );
}

function readStageTimes(content: unknown): StageTimes {
  const times = (content as { stageTimesMs?: Record<string, unknown> } | null)?.stageTimesMs;
  return Object.fromEntries(
    STAGES.map((stage) => {
      const values: unknown = times?.[stage];
      return [stage, Array.isArray(values) ? values.filter((ms) => typeof ms === "number") : []];
    }),
  );
}
