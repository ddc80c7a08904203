/**
 * Leaves what is seen of an iso-surface: floaters, which a field sheds beside the object, and inner
 * shells, which nobody sees but which would take their share of the triangle budget, are dropped.
 */
import type { ColouredMesh, TriangleMesh } from "../core/mesh.ts";
import { compactMesh } from "./compact.ts";
import { type Component, type Components, findComponents } from "./components.ts";
import { weldClosedSurface } from "./weld.ts";

export interface CleanOptions {
  /**
   * Share of the solid volume under which a component is a floater, 0..1. To spare thin sheets its
   * share of the area must be small too: under share^(2/3), the area of a ball of that volume
   * beside a ball of the whole.
   */
  readonly floaterShare: number;
}

export const CLEAN_DEFAULTS: CleanOptions = { floaterShare: 0.02 };

export interface DroppedComponents {
  readonly components: number;
  /** Of the volume of all solid components, 0..1; for inner shells, the volume they had hollowed out. */
  readonly volumeShare: number;
}

export interface CleanedMesh {
  readonly mesh: ColouredMesh;
  readonly floaters: DroppedComponents;
  readonly innerShells: DroppedComponents;
}

/**
 * Cleans a closed surface and leaves it closed; vertices at the same position are merged, which
 * removes the triangles of no area between them. Never drops everything: when small components
 * make up half of the volume they are the object, and all are kept. `mesh` is not modified.
 */
export function cleanMesh(mesh: ColouredMesh, options: Partial<CleanOptions> = {}): CleanedMesh {
  const { floaterShare } = { ...CLEAN_DEFAULTS, ...options };
  const welded = weldClosedSurface(mesh);
  const found = findComponents(welded);
  const floaters = findFloaters(found.components, floaterShare);
  const innerShells = findInnerShells(welded, found, floaters);

  const isDropped = found.components.map((_, i) => floaters.has(i) || innerShells.has(i));
  const isUnchanged = welded === mesh && !isDropped.includes(true);
  const kept = welded.triangles.filter((_, i) => !isDropped[found.labels[(i / 3) | 0]]);
  return {
    mesh: isUnchanged ? mesh : compactMesh(welded, kept),
    floaters: summarise(found.components, floaters),
    innerShells: summarise(found.components, innerShells),
  };
}

const total = (components: readonly Component[], measure: (component: Component) => number) =>
  components.reduce((sum, component) => sum + measure(component), 0);

const isSolid = ({ volume }: Component): boolean => volume >= 0;

function findFloaters(components: readonly Component[], share: number): ReadonlySet<number> {
  const solids = components.filter(isSolid);
  const volume = total(solids, ({ volume }) => volume);
  const area = total(solids, ({ area }) => area);
  const floaters = new Set<number>();
  components.forEach((component, i) => {
    const isSmall = isSolid(component) && component.volume < share * volume;
    if (isSmall && component.area < share ** (2 / 3) * area) floaters.add(i);
  });
  const shed = components.filter((_, i) => floaters.has(i));
  return total(shed, ({ volume }) => volume) < volume / 2 ? floaters : new Set();
}

/** Cavities, and solids inside one. Empty when no solid is left around them. */
function findInnerShells(
  mesh: TriangleMesh,
  { components, labels }: Components,
  floaters: ReadonlySet<number>,
): ReadonlySet<number> {
  const remaining = [...components.keys()].filter((i) => !floaters.has(i));
  const cavities = remaining.filter((i) => !isSolid(components[i]));
  const solids = remaining.filter((i) => isSolid(components[i]));
  if (solids.length === 0) return new Set();
  const hidden = solids.filter((solid) => {
    const around = cavities.filter((cavity) => isWithin(components[solid], components[cavity]));
    if (around.length === 0) return false;
    const vertex = mesh.triangles[3 * labels.indexOf(solid)];
    return around.some((cavity) => Math.abs(windingNumber(mesh, labels, cavity, vertex)) > 0.5);
  });
  return new Set([...cavities, ...hidden]);
}

const isWithin = ({ bounds: inner }: Component, { bounds: outer }: Component): boolean =>
  [0, 1, 2].every(
    (axis) => inner.min[axis] >= outer.min[axis] && inner.max[axis] <= outer.max[axis],
  );

/**
 * How often a component winds around a vertex of another: the sum of the solid angles of its
 * triangles over 4 pi (van Oosterom & Strackee 1983).
 */
function windingNumber(
  { positions, triangles }: TriangleMesh,
  labels: Uint32Array,
  component: number,
  vertex: number,
): number {
  const [x, y, z] = positions.subarray(3 * vertex, 3 * vertex + 3);
  let angle = 0;
  for (let t = 0; t < labels.length; t++) {
    if (labels[t] !== component) continue;
    const a = 3 * triangles[3 * t];
    const b = 3 * triangles[3 * t + 1];
    const c = 3 * triangles[3 * t + 2];
    const [ax, ay, az] = [positions[a] - x, positions[a + 1] - y, positions[a + 2] - z];
    const [bx, by, bz] = [positions[b] - x, positions[b + 1] - y, positions[b + 2] - z];
    const [cx, cy, cz] = [positions[c] - x, positions[c + 1] - y, positions[c + 2] - z];
    const la = Math.sqrt(ax * ax + ay * ay + az * az);
    const lb = Math.sqrt(bx * bx + by * by + bz * bz);
    const lc = Math.sqrt(cx * cx + cy * cy + cz * cz);
    const determinant =
      ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
    const ab = ax * bx + ay * by + az * bz;
    const bc = bx * cx + by * cy + bz * cz;
    const ca = cx * ax + cy * ay + cz * az;
    angle += 2 * Math.atan2(determinant, la * lb * lc + ab * lc + bc * la + ca * lb);
  }
  return angle / (4 * Math.PI);
}

function summarise(
  components: readonly Component[],
  dropped: ReadonlySet<number>,
): DroppedComponents {
  const selected = components.filter((_, i) => dropped.has(i));
  const whole = total(components.filter(isSolid), ({ volume }) => volume);
  const part = total(selected, ({ volume }) => Math.abs(volume));
  return { components: selected.length, volumeShare: whole === 0 ? 0 : part / whole };
}
