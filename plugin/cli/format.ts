/** Numbers and outcomes in words. */
import type { Bounds } from "../core/mesh.ts";
import type { ItemOutcome } from "../project/import.ts";
import type { SidecarResult } from "../project/sidecar.ts";

const wholeNumbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function formatCount(count: number): string {
  return wholeNumbers.format(count);
}

/** "1 picture", "2 pictures". */
export function formatQuantity(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** "0.4 s", "12 s", "3 min 5 s". */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** "about 12 s left"; no more exact than an estimate is. */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const text = seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `about ${text} left`;
}

/** Width, height and depth: "0.62 x 1 x 0.58 m". */
export function formatExtent({ min, max }: Bounds): string {
  return `${max.map((value, axis) => formatLength(value - (min[axis] as number))).join(" x ")} m`;
}

export function formatLength(metres: number): string {
  return String(Number(metres.toPrecision(3)));
}

/** The facts of a mesh that people look for first. */
export function meshFacts({ triangles, bounds }: SidecarResult): string[] {
  const budget =
    triangles.achieved === triangles.requested
      ? `${formatCount(triangles.achieved)} triangles`
      : `${formatCount(triangles.achieved)} of ${formatCount(triangles.requested)} triangles`;
  return [budget, formatExtent(bounds)];
}

/** What became of a picture, on one line and without its name. */
export function describeOutcome(outcome: ItemOutcome): string {
  switch (outcome.status) {
    case "imported": {
      const took = Object.values(outcome.timingsMs).reduce((sum, ms) => sum + ms, 0);
      return [...meshFacts(outcome.result), formatDuration(took)].join(", ");
    }
    case "failed":
      return outcome.failure.message;
    case "unchanged":
    case "cancelled":
      return outcome.status;
  }
}

export function outcomeWarnings(outcome: ItemOutcome): readonly string[] {
  return "warnings" in outcome ? outcome.warnings : [];
}
