import type { ColouredMesh } from "../core/mesh.ts";

/** `triangles` over only those vertices of `mesh` that they use, whose order is kept. */
export function compactMesh(
  { positions, colours }: ColouredMesh,
  triangles: Uint32Array,
): ColouredMesh {
  const isUsed = new Uint8Array(positions.length / 3);
  for (let i = 0; i < triangles.length; i++) isUsed[triangles[i]] = 1;
  const numbers = new Uint32Array(isUsed.length);
  let count = 0;
  for (let vertex = 0; vertex < isUsed.length; vertex++) {
    numbers[vertex] = count;
    count += isUsed[vertex];
  }

  const pick = (source: Float32Array): Float32Array => {
    const picked = new Float32Array(3 * count);
    for (let vertex = 0; vertex < isUsed.length; vertex++) {
      if (isUsed[vertex] === 0) continue;
      for (let axis = 0; axis < 3; axis++) {
        picked[3 * numbers[vertex] + axis] = source[3 * vertex + axis];
      }
    }
    return picked;
  };
  return {
    positions: pick(positions),
    colours: pick(colours),
    triangles: triangles.map((vertex) => numbers[vertex]),
  };
}
