/** The machine-readable report of `maquette import --json`. Paths are as the user reads them. */
import type { ModelInfo } from "../core/model-info.ts";
import type { ImportReport, ItemOutcome } from "../project/import.ts";
import { displayPath } from "../project/paths.ts";
import type { ImportPlan, PlannedItem } from "../project/plan.ts";
import type { Picture } from "../project/scan.ts";

/** Raised when a field changes its meaning or goes away. */
const REPORT_VERSION = 1;

export function importJson(
  report: ImportReport,
  contactSheet: string | undefined,
  exitCode: number,
  cwd: string,
): string {
  return jsonText({
    version: REPORT_VERSION,
    exitCode,
    cwd,
    model: modelJson(report.model),
    counts: countStatuses(report.items.map(({ outcome }) => outcome.status)),
    items: report.items.map(({ picture, outcome }) => ({
      ...pictureJson(picture, cwd),
      ...outcomeJson(outcome),
    })),
    problems: report.problems.map(({ code, message }) => ({ code, message })),
    modelError: report.modelError && {
      code: report.modelError.code,
      message: report.modelError.message,
    },
    contactSheet: contactSheet && displayPath(contactSheet, cwd),
  });
}

/** The same for `--dry-run`: what would be done, and why. */
export function planJson(
  plan: ImportPlan,
  model: ModelInfo,
  exitCode: number,
  cwd: string,
): string {
  return jsonText({
    version: REPORT_VERSION,
    exitCode,
    cwd,
    dryRun: true,
    model: modelJson(model),
    items: plan.items.map((item) => ({
      ...pictureJson(item.picture, cwd),
      ...plannedJson(item),
    })),
    problems: plan.problems.map(({ code, message }) => ({ code, message })),
  });
}

function modelJson({ defaults: _, ...model }: ModelInfo): object {
  return model;
}

function pictureJson(picture: Picture, cwd: string): object {
  return {
    picture: picture.label,
    mesh: displayPath(picture.glbPath, cwd),
    sidecar: displayPath(picture.sidecarPath, cwd),
  };
}

function outcomeJson(outcome: ItemOutcome): object {
  switch (outcome.status) {
    case "imported":
      return {
        status: outcome.status,
        ...outcome.result,
        warnings: outcome.warnings,
        timingsMs: outcome.timingsMs,
      };
    case "unchanged":
      return { status: outcome.status, ...outcome.result };
    case "failed":
      return { status: outcome.status, error: outcome.failure, warnings: outcome.warnings };
    case "cancelled":
      return { status: outcome.status };
  }
}

function plannedJson(item: PlannedItem): object {
  switch (item.action) {
    case "generate":
      return {
        status: "planned",
        reason: item.reason,
        settings: item.settings,
        warnings: item.warnings,
      };
    case "none":
      return { status: "unchanged", ...item.result };
    case "refuse":
      return { status: "failed", error: item.failure };
  }
}

export function countStatuses(
  statuses: readonly ItemOutcome["status"][],
): Record<ItemOutcome["status"], number> {
  const counts = { imported: 0, unchanged: 0, failed: 0, cancelled: 0 };
  for (const status of statuses) counts[status]++;
  return counts;
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
