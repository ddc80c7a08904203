/** Merging of vertices at the same position. */
import { MeshoptSimplifier } from "meshoptimizer/simplifier";
import type { TriangleMesh } from "../core/mesh.ts";
import { removePinches } from "./pinches.ts";

await MeshoptSimplifier.ready;

/** The same triangles over the first vertex of each position; the vertex buffer is shared. */
export function weldPositions(mesh: TriangleMesh): TriangleMesh {
  if (mesh.positions.length === 0) return mesh;
  const remap = MeshoptSimplifier.generatePositionRemap(mesh.positions, 3);
  return { positions: mesh.positions, triangles: mesh.triangles.map((vertex) => remap[vertex]) };
}

/**
 * Welds a closed surface and keeps it closed: triangles whose corners have merged go, and where
 * sheets have come to share an edge they are parted again. Without vertices at the same position,
 * `mesh` itself is returned.
 */
export function weldClosedSurface<Mesh extends TriangleMesh>(mesh: Mesh): Mesh {
  const welded = weldPositions(mesh).triangles;
  if (welded.every((vertex, i) => vertex === mesh.triangles[i])) return mesh;
  const kept = welded.filter((_, i) => {
    const first = i - (i % 3);
    const [a, b, c] = [welded[first], welded[first + 1], welded[first + 2]];
    return a !== b && b !== c && c !== a;
  });
  return { ...mesh, triangles: removePinches(kept, mesh.positions.length / 3) };
}
