/** What a mesh is, in numbers: size, topology and defects. */
import type { Bounds, TriangleMesh } from "../core/mesh.ts";
import { findComponents } from "./components.ts";
import { visitEdges } from "./edges.ts";
import { weldPositions } from "./weld.ts";

export interface Manifoldness {
  /** Edges of one triangle. */
  readonly boundaryEdges: number;
  /** Edges of more than two triangles. */
  readonly nonManifoldEdges: number;
  /** Edges whose two triangles are wound against each other. */
  readonly inconsistentEdges: number;
  /** Triangles of no area. */
  readonly degenerateTriangles: number;
  /** Every edge lies in exactly two triangles, wound alike. */
  readonly closed: boolean;
}

export interface MeshMeasures {
  readonly triangles: number;
  /** Different positions in use, not entries of the vertex buffer. */
  readonly positions: number;
  readonly bounds: Bounds;
  readonly area: number;
  /** Signed; means something only for a closed surface. */
  readonly volume: number;
  readonly components: number;
  /** V - E + F: 2 per sphere-like component, 0 per torus-like one. */
  readonly euler: number;
  readonly manifoldness: Manifoldness;
}

/**
 * Measures `mesh` as a surface: vertices at exactly the same position count as one, because normals
 * and texture seams duplicate them without opening the surface.
 */
export function measureMesh(mesh: TriangleMesh): MeshMeasures {
  const welded = weldPositions(mesh);
  const { components } = findComponents(welded);
  const positions = new Set(welded.triangles).size;
  const triangles = welded.triangles.length / 3;
  const { edges, ...manifoldness } = checkManifold(welded);
  return {
    triangles,
    positions,
    bounds: boundsOf(welded),
    area: components.reduce((sum, component) => sum + component.area, 0),
    volume: components.reduce((sum, component) => sum + component.volume, 0),
    components: components.length,
    euler: positions - edges + triangles,
    manifoldness,
  };
}

/** Judges the mesh by its indices alone; {@link weldPositions} first where vertices are split. */
export function checkManifold(mesh: TriangleMesh): Manifoldness & { readonly edges: number } {
  let edges = 0;
  let boundaryEdges = 0;
  let nonManifoldEdges = 0;
  let inconsistentEdges = 0;
  visitEdges(mesh.triangles, mesh.positions.length / 3, (_low, _high, rising, falling) => {
    const uses = rising + falling;
    edges++;
    if (uses === 1) boundaryEdges++;
    else if (uses > 2) nonManifoldEdges++;
    else if (rising !== falling) inconsistentEdges++;
  });
  return {
    edges,
    boundaryEdges,
    nonManifoldEdges,
    inconsistentEdges,
    degenerateTriangles: countDegenerateTriangles(mesh),
    closed: boundaryEdges + nonManifoldEdges + inconsistentEdges === 0,
  };
}

/** Bounds of the vertices that triangles use; a mesh without triangles has them at the origin. */
export function boundsOf({ positions, triangles }: TriangleMesh): Bounds {
  if (triangles.length === 0) return { min: [0, 0, 0], max: [0, 0, 0] };
  let [x0, y0, z0, x1, y1, z1] = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  for (let i = 0; i < triangles.length; i++) {
    const at = 3 * triangles[i];
    const x = positions[at];
    const y = positions[at + 1];
    const z = positions[at + 2];
    if (x < x0) x0 = x;
    if (y < y0) y0 = y;
    if (z < z0) z0 = z;
    if (x > x1) x1 = x;
    if (y > y1) y1 = y;
    if (z > z1) z1 = z;
  }
  return { min: [x0, y0, z0], max: [x1, y1, z1] };
}

function countDegenerateTriangles({ positions, triangles }: TriangleMesh): number {
  let count = 0;
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = [3 * triangles[i], 3 * triangles[i + 1], 3 * triangles[i + 2]];
    const [ax, ay, az] = [positions[a], positions[a + 1], positions[a + 2]];
    const [ux, uy, uz] = [positions[b] - ax, positions[b + 1] - ay, positions[b + 2] - az];
    const [vx, vy, vz] = [positions[c] - ax, positions[c + 1] - ay, positions[c + 2] - az];
    if (uy * vz === uz * vy && uz * vx === ux * vz && ux * vy === uy * vx) count++;
  }
  return count;
}
