/** An evaluation's scores as a table: three rows per object, and their means. */
import type { EvaluationReport } from "../evaluation/report.ts";
import type { PictureScores, Scores, SurfaceScores } from "../evaluation/scores.ts";
import { formatQuantity } from "./format.ts";
import { formatTable } from "./table.ts";

const NONE = "-";

export function evalTable({ conditions, objects, mean }: EvaluationReport): string[] {
  const lpips = conditions.lpips === null ? "LPIPS" : `LPIPS (${conditions.lpips})`;
  const fScores = conditions.fScoreThresholds.map((threshold) => `F@${threshold}`);
  const done = objects.filter((object) => object.status === "done");
  const failed = objects.filter((object) => object.status === "failed");
  const means =
    mean === null ? [] : rowsOf(`Mean of ${formatQuantity(done.length, "object")}`, mean);
  return formatTable([
    ["OBJECT", "STAGE", "PSNR", "SSIM", lpips, "CHAMFER", ...fScores],
    ...done.flatMap(({ name, scores }) => rowsOf(name, scores)),
    ...failed.map(({ name }) => [name, "failed"]),
    ...means,
  ]);
}

function rowsOf(name: string, { field, full, decimated }: Scores): string[][] {
  const noSurface = full.fScores.map(() => NONE);
  return [
    [name, "field", ...pictureCells(field), NONE, ...noSurface],
    ["", "full mesh", ...pictureCells(full), ...surfaceCells(full)],
    ["", "decimated", ...pictureCells(decimated), ...surfaceCells(decimated)],
  ];
}

function pictureCells({ psnr, ssim, lpips }: PictureScores): string[] {
  return [psnr.toFixed(2), ssim.toFixed(4), lpips === null ? "not installed" : lpips.toFixed(4)];
}

function surfaceCells({ chamfer, fScores }: SurfaceScores): string[] {
  return [chamfer.toFixed(4), ...fScores.map((score) => score.toFixed(3))];
}
