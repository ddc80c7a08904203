/** Runs an import plan in front of the user: progress, Ctrl-C, contact sheet, results. */
import { CancelledError, InputError, isExpectedError } from "../core/errors.ts";
import type { Generator } from "../pipeline/contract.ts";
import { Forecast } from "../project/forecast.ts";
import { type ImportReport, runImport } from "../project/import.ts";
import type { ImportPlan } from "../project/plan.ts";
import { loadStageTimes, saveRunReport } from "../project/run-report.ts";
import { printBug } from "./bug.ts";
import { contactSheetPath, sheetItems } from "./contact-sheet-items.ts";
import type { CliContext } from "./context.ts";
import { importJson } from "./import-json.ts";
import { describePlan, describeReport, printMeshes } from "./import-results.ts";
import { createLineView, createQuietView, type ImportView } from "./import-view.ts";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import type { Notices } from "./notices.ts";
import { SheetProgress } from "./sheet-progress.ts";
import { printData, type Terminal } from "./terminal.ts";

export interface ImportWork {
  readonly plan: ImportPlan;
  readonly generator: Generator;
  readonly jobs: number;
  /** Folder whose `.maquette` takes the run report. */
  readonly root: string;
  /** File of the contact sheet, or true for one beside the meshes; undefined for none. */
  readonly sheet: string | true | undefined;
  /** Absolute. */
  readonly out: string | undefined;
  /** Says only what went wrong. */
  readonly quiet: boolean;
  /** Prints the machine-readable report instead of the meshes' paths. */
  readonly json: boolean;
  readonly notices: Notices;
}

/** Returns the exit code. */
export async function performImport(work: ImportWork, context: CliContext): Promise<number> {
  const { quiet, notices, generator } = work;
  const { terminal } = context;
  const start = performance.now();
  const interrupt = listenForInterrupt(terminal, () =>
    notices.say("Cancelling; nothing stays half-written. Press Ctrl-C again to stop at once."),
  );
  try {
    if (!quiet) notices.say(describePlan(work.plan, generator.model));
    const report = await runInView(work, interrupt.signal, terminal);
    await keepRunReport(work.root, report, notices);
    sayFaults(report, notices, terminal);
    const sheet = await renderSheet(work, report, interrupt.signal, context);
    if (!quiet) notices.say(describeReport(report, performance.now() - start));

    const exitCode = interrupt.signal.aborted
      ? EXIT_CANCELLED
      : isAllGood(report) && !sheet.hasFailed
        ? 0
        : 1;
    if (work.json) {
      printData(terminal.stdout, importJson(report, sheet.file, exitCode, terminal.cwd));
    } else {
      printMeshes(report, sheet.file, terminal);
    }
    return exitCode;
  } finally {
    interrupt.stopListening();
  }
}

async function runInView(
  work: ImportWork,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<ImportReport> {
  const { plan, generator, jobs, notices } = work;
  const view = await openView(work, terminal);
  notices.showOn(view);
  try {
    return await runImport(plan, { generator, jobs, signal, onEvent: view.onEvent });
  } finally {
    await view.close();
    notices.showOn(undefined);
  }
}

async function openView(
  { plan, jobs, root, quiet }: ImportWork,
  { stderr }: Terminal,
): Promise<ImportView> {
  if (quiet) return createQuietView(stderr);
  if (stderr.isTTY !== true) return createLineView(stderr, plan);
  if (plan.items.every((item) => item.action === "none")) return createQuietView(stderr);
  const { createLiveView } = await import("./live-view.ts");
  return createLiveView(plan, new Forecast(await loadStageTimes(root)), jobs);
}

/** A run that did nothing leaves no report. */
async function keepRunReport(root: string, report: ImportReport, notices: Notices): Promise<void> {
  if (report.items.every(({ outcome }) => outcome.status === "unchanged")) return;
  try {
    await saveRunReport(root, report);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    notices.say(`warning: run report: ${error.message}`);
  }
}

function sayFaults(report: ImportReport, notices: Notices, { stderr }: Terminal): void {
  for (const problem of report.problems) notices.say(problem.message);
  if (report.modelError !== undefined) notices.say(report.modelError.message);
  for (const bug of report.bugs) printBug(bug, stderr);
}

interface Sheet {
  /** Absolute; undefined when there is no page. */
  readonly file: string | undefined;
  readonly hasFailed: boolean;
}

async function renderSheet(
  { sheet, out, quiet, notices }: ImportWork,
  report: ImportReport,
  signal: AbortSignal,
  context: CliContext,
): Promise<Sheet> {
  const items = sheetItems(report);
  if (sheet === undefined || items.length === 0 || signal.aborted) {
    return { file: undefined, hasFailed: false };
  }
  const outFile = contactSheetPath(sheet, report, out, context.terminal.cwd);
  const progress = quiet ? undefined : new SheetProgress(context.terminal.stderr);
  notices.showOn(progress);
  let failure: string | undefined;
  try {
    const title = `Concept art and its meshes: ${report.model.name}`;
    const onProgress = progress?.onProgress;
    await context.writeContactSheet({ items, outFile, title, signal, onProgress });
  } catch (error) {
    if (!isExpectedError(error)) throw error;
    failure = error instanceof CancelledError ? "cancelled" : error.message;
  } finally {
    notices.showOn(undefined);
    progress?.close();
  }
  if (failure === undefined) return { file: outFile, hasFailed: false };
  notices.say(`contact sheet: ${failure}`);
  return { file: undefined, hasFailed: true };
}

function isAllGood(report: ImportReport): boolean {
  return (
    report.problems.length === 0 &&
    report.modelError === undefined &&
    report.items.every(({ outcome }) => ["imported", "unchanged"].includes(outcome.status))
  );
}
