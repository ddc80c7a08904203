/** Order of triangles and vertices for the GPU's vertex cache and fetch. */
import { MeshoptEncoder } from "meshoptimizer/encoder";
import type { GameMesh } from "../core/mesh.ts";

await MeshoptEncoder.ready;

/** The same mesh in a better order; unused vertices are dropped. `mesh` is not modified. */
export function orderMesh(mesh: GameMesh): GameMesh {
  const triangles = mesh.triangles.slice();
  const [remap, vertexCount] = MeshoptEncoder.reorderMesh(triangles, true, false);
  const reorder = (source: Float32Array): Float32Array => {
    const ordered = new Float32Array(3 * vertexCount);
    remap.forEach((target, vertex) => {
      if (target >= vertexCount) return;
      for (let axis = 0; axis < 3; axis++) ordered[3 * target + axis] = source[3 * vertex + axis];
    });
    return ordered;
  };
  return {
    positions: reorder(mesh.positions),
    colours: reorder(mesh.colours),
    normals: reorder(mesh.normals),
    triangles,
  };
}
