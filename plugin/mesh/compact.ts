import type { ColouredMesh } from "../core/mesh.ts";

/** `triangles` over only those vertices of `mesh` that they use, in the order of first use. */
export function compactMesh(
  { positions, colours }: ColouredMesh,
  triangles: Uint32Array,
): ColouredMesh {
  const numbers = new Int32Array(positions.length / 3).fill(-1);
  const used: number[] = [];
  const compacted = triangles.map((vertex) => {
    if (numbers[vertex] < 0) numbers[vertex] = used.push(vertex) - 1;
    return numbers[vertex];
  });
  const pick = (source: Float32Array): Float32Array => {
    const picked = new Float32Array(3 * used.length);
    for (let i = 0; i < picked.length; i++) picked[i] = source[3 * used[(i / 3) | 0] + (i % 3)];
    return picked;
  };
  return { positions: pick(positions), colours: pick(colours), triangles: compacted };
}
