/** What `maquette import` says before and after its work. */
import { dirname } from "node:path";
import type { ModelInfo } from "../core/model-info.ts";
import type { ImportReport } from "../project/import.ts";
import { displayPath } from "../project/paths.ts";
import type { ImportPlan } from "../project/plan.ts";
import { formatCount, formatDuration, formatQuantity } from "./format.ts";
import { countStatuses, planJson } from "./import-json.ts";
import { printData, printLine, printPath, type Terminal } from "./terminal.ts";

/** "Maquette Tiny (preview): 12 pictures to import, 3 unchanged". */
export function describePlan({ items }: ImportPlan, model: ModelInfo): string {
  const unchanged = items.filter((item) => item.action === "none").length;
  const rest = unchanged === 0 ? "" : `, ${formatCount(unchanged)} unchanged`;
  return `${model.name}: ${formatQuantity(items.length - unchanged, "picture")} to import${rest}`;
}

/** "12 imported, 3 unchanged, 1 failed in 42 s". */
export function describeReport({ items, problems }: ImportReport, elapsedMs: number): string {
  const counts = countStatuses(items.map(({ outcome }) => outcome.status));
  const failed = counts.failed + problems.length;
  const parts = Object.entries({ ...counts, failed })
    .filter(([status, count]) => count > 0 || status === "imported")
    .map(([status, count]) => `${formatCount(count)} ${status}`);
  return `${parts.join(", ")} in ${formatDuration(elapsedMs)}`;
}

/** Where the meshes are: folders for people, one path per line for pipes. */
export function printMeshes(
  report: ImportReport,
  contactSheet: string | undefined,
  { stdout, cwd }: Terminal,
): void {
  const meshes = report.items
    .filter(({ outcome }) => outcome.status === "imported" || outcome.status === "unchanged")
    .map(({ picture }) => picture.glbPath);
  if (stdout.isTTY === true) {
    for (const [folder, count] of countBy(meshes.map((path) => dirname(path)))) {
      printLine(stdout, `Meshes         ${displayPath(folder, cwd)} (${formatCount(count)})`);
    }
    if (contactSheet !== undefined) {
      printLine(stdout, `Contact sheet  ${displayPath(contactSheet, cwd)}`);
    }
    return;
  }
  for (const path of [...meshes, ...(contactSheet === undefined ? [] : [contactSheet])]) {
    printPath(stdout, displayPath(path, cwd));
  }
}

/** Says what a run would do; returns the exit code. */
export function printPlan(
  plan: ImportPlan,
  model: ModelInfo,
  asJson: boolean,
  { stdout, stderr, cwd }: Terminal,
): number {
  const isGood =
    plan.problems.length === 0 && plan.items.every(({ action }) => action !== "refuse");
  const exitCode = isGood ? 0 : 1;
  for (const problem of plan.problems) printLine(stderr, problem.message);
  if (asJson) {
    printData(stdout, planJson(plan, model, exitCode, cwd));
    return exitCode;
  }
  printLine(stderr, describePlan(plan, model));
  for (const item of plan.items) {
    const { label, glbPath } = item.picture;
    switch (item.action) {
      case "generate":
        printLine(stdout, `${label} -> ${displayPath(glbPath, cwd)}: ${item.reason}`);
        break;
      case "none":
        printLine(stdout, `${label}: unchanged`);
        break;
      case "refuse":
        printLine(stderr, `${label}: ${item.failure.message}`);
        break;
    }
  }
  return exitCode;
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
