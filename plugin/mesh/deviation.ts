/** How far a simplified surface strays from the original. */
import type { TriangleMesh } from "../core/mesh.ts";
import { boundsOf } from "./measure.ts";
import { TriangleTree } from "./triangle-tree.ts";

/** Vertices looked at, evenly spread over the vertex buffer; bounds the cost on dense meshes. */
const SAMPLES = 4_000;

/**
 * The greatest distance of an original vertex from `simplified`, as a share of the original's
 * longest side. Of meshes with more than 4,000 vertices that many are sampled.
 */
export function measureDeviation(original: TriangleMesh, simplified: TriangleMesh): number {
  const { min, max } = boundsOf(original);
  const extent = Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
  if (extent === 0) return 0;
  const tree = new TriangleTree(simplified);
  const { positions } = original;
  const count = positions.length / 3;
  const samples = Math.min(count, SAMPLES);
  let greatest = 0;
  for (let i = 0; i < samples; i++) {
    const at = 3 * Math.floor((i * count) / samples);
    const distance = tree.distanceTo(positions[at], positions[at + 1], positions[at + 2]);
    if (distance > greatest) greatest = distance;
  }
  return greatest / extent;
}
