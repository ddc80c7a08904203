/**
 * Fewer triangles: edge collapse, made to meet a budget exactly with a closed surface.
 *
 * Of meshoptimizer's other ways down, measured on surfaces of one and of hundreds of parts, none is
 * used: "Permissive" changes nothing on a surface without seams, "Prune" removes every part at once
 * when parts are alike, and the sloppy mode leaves up to a thousand edges in four triangles.
 */
import { InputError } from "../core/errors.ts";
import type { ColouredMesh } from "../core/mesh.ts";
import { collapseEdges } from "./collapse.ts";
import { compactMesh } from "./compact.ts";
import { findComponents } from "./components.ts";
import { measureDeviation } from "./deviation.ts";
import { removePinches } from "./pinches.ts";

export interface SimplifyOptions {
  /** Triangle budget, a whole number of at least 4. */
  readonly triangles: number;
}

export interface SimplifiedMesh {
  readonly mesh: ColouredMesh;
  readonly requested: number;
  /** Never more than `requested`. */
  readonly achieved: number;
  /** Greatest distance of an original vertex from the result, as a share of the longest side. */
  readonly error: number;
  /** Why fewer than 98% of the budget were used, or what it took to meet it. */
  readonly reason?: string;
}

/** The fewest triangles that enclose a volume. */
const FEWEST_TRIANGLES = 4;
/** A result this close to the budget counts as exact. */
const TOLERANCE = 0.02;
/** Triangles a separate part needs to keep a recognisable shape: those of an octahedron. */
const TRIANGLES_PER_PART = 8;
/**
 * A dense mesh is first reduced to this many budgets, but no fewer triangles than the floor, and the
 * budget is met from there: measured to be as near to the original, and attempts are cheap.
 */
const HEADROOM = 4;
const HEADROOM_FLOOR = 20_000;
const ATTEMPTS = 12;

/**
 * Reduces `mesh`, a closed surface that faces outwards, to at most `options.triangles` triangles.
 * Each edge of the result lies in exactly two triangles, wound like the input, and the count is
 * within 2% of the budget; where that is impossible, `reason` says so. Tunnels and gaps narrower
 * than the triangles may close. `mesh` is not modified; the same input gives the same result.
 *
 * @throws InputError when the budget is not a whole number of at least 4, or cannot be met.
 */
export function simplifyMesh(mesh: ColouredMesh, options: SimplifyOptions): SimplifiedMesh {
  const requested = options.triangles;
  if (!Number.isInteger(requested) || requested < FEWEST_TRIANGLES) {
    throw new InputError(
      "bad-option",
      `triangles: ${requested} is not a budget — give a whole number of at least ${FEWEST_TRIANGLES}`,
    );
  }
  const count = triangleCount(mesh);
  if (count <= requested) {
    const reason = isClose(count, requested)
      ? {}
      : { reason: `the surface has only ${count} triangles` };
    return { mesh, requested, achieved: count, error: 0, ...reason };
  }

  // (1) Down to where attempts are cheap; (2) to the parts there is room for; (3) to the budget.
  const headroom = Math.max(HEADROOM * requested, HEADROOM_FLOOR);
  const reduced = count > headroom ? collapseClosed(mesh, headroom) : mesh;
  const { mesh: source, leftOut } = keepLargestParts(reduced, requested);
  const fitted = fitBudget(source, requested);
  const result = fitted ?? collapseEdges(source, requested);
  const achieved = triangleCount(result);
  if (achieved === 0 || achieved > requested) {
    throw new InputError(
      "bad-option",
      `triangles: the surface cannot be reduced to ${requested} — give a larger budget`,
    );
  }
  const reasons: string[] = [];
  if (leftOut > 0) reasons.push(`the ${leftOut} smallest parts were left out`);
  if (fitted === undefined) reasons.push("too few triangles for a closed surface of this shape");
  else if (!isClose(achieved, requested)) {
    reasons.push("no closed surface of this shape comes closer to the budget");
  }
  const reason = reasons.length > 0 ? { reason: reasons.join("; ") } : {};
  return { mesh: result, requested, achieved, error: measureDeviation(mesh, result), ...reason };
}

const triangleCount = (mesh: ColouredMesh): number => mesh.triangles.length / 3;

/** Closed surfaces have an even number of triangles, so an odd budget is met by one less. */
const isClose = (achieved: number, requested: number): boolean =>
  achieved <= requested &&
  (achieved >= requested * (1 - TOLERANCE) || achieved === requested - (requested % 2));

/** Leaves out the smallest parts where the budget is too small for all of them. */
function keepLargestParts(
  mesh: ColouredMesh,
  budget: number,
): { mesh: ColouredMesh; leftOut: number } {
  const { components, labels } = findComponents(mesh);
  const room = Math.max(1, Math.floor(budget / TRIANGLES_PER_PART));
  if (components.length <= room) return { mesh, leftOut: 0 };
  const bySize = components.map((component, label) => ({ component, label }));
  bySize.sort((a, b) => b.component.volume - a.component.volume || a.label - b.label);
  const kept = new Set(bySize.slice(0, room).map(({ label }) => label));
  const triangles = mesh.triangles.filter((_, i) => kept.has(labels[(i / 3) | 0]));
  return { mesh: compactMesh(mesh, triangles), leftOut: components.length - room };
}

/**
 * Repairing pinches takes triangles away, by an amount that is known only afterwards, so the target
 * given to meshoptimizer is searched for. Undefined when nothing within the budget is closed.
 */
function fitBudget(mesh: ColouredMesh, budget: number): ColouredMesh | undefined {
  let best: ColouredMesh | undefined;
  let [tooLow, tooHigh] = [0, Infinity];
  let target = budget;
  for (let attempt = 0; attempt < ATTEMPTS && target > tooLow && target < tooHigh; attempt++) {
    const candidate = collapseClosed(mesh, target);
    const achieved = triangleCount(candidate);
    if (achieved <= budget) {
      tooLow = target;
      if (achieved > (best === undefined ? 0 : triangleCount(best))) best = candidate;
      if (isClose(achieved, budget)) break;
    } else {
      tooHigh = target;
    }
    target =
      tooHigh === Infinity
        ? Math.min(target + budget - achieved, triangleCount(mesh) - 1)
        : Math.floor((tooLow + tooHigh) / 2);
  }
  return best;
}

/** Collapses to about `target` triangles and mends the surface; empty when nothing solid is left. */
function collapseClosed(mesh: ColouredMesh, target: number): ColouredMesh {
  const collapsed = collapseEdges(mesh, target);
  const mended = removePinches(collapsed.triangles, collapsed.positions.length / 3);
  const { components, labels } = findComponents({ ...collapsed, triangles: mended });
  const volume = components.reduce((sum, component) => sum + component.volume, 0);
  const solid = components.map(
    (component) => volume > 0 && component.triangles >= FEWEST_TRIANGLES && component.volume !== 0,
  );
  return compactMesh(
    collapsed,
    mended.filter((_, i) => solid[labels[(i / 3) | 0]]),
  );
}
