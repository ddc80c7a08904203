import { InputError } from "../../core/errors.ts";
import type { TriangleMesh } from "../../core/mesh.ts";

/**
 * (count, 3) points spread over the surface in proportion to area; equal arguments give equal
 * points. The triangles are chosen systematically, at even steps of accumulated area from one random
 * start, so that no region gets more or less than its share by more than one point.
 *
 * @throws InputError when the surface has no area.
 */
export function sampleSurface(mesh: TriangleMesh, count: number, seed: number): Float32Array {
  const { positions, triangles } = mesh;
  const accumulated = accumulatedAreas(mesh);
  const total = accumulated.at(-1) ?? 0;
  if (!(total > 0)) {
    throw new InputError("unreadable", "mesh: has no area — give one with a surface");
  }

  const random = randomNumbers(seed);
  const start = random();
  const points = new Float32Array(3 * count);
  let triangle = 0;
  for (let i = 0; i < count; i++) {
    const target = ((i + start) / count) * total;
    while (accumulated[triangle] < target && triangle < accumulated.length - 1) triangle++;
    // A square's points folded over its diagonal are even on the triangle.
    let [u, v] = [random(), random()];
    if (u + v > 1) [u, v] = [1 - u, 1 - v];
    const [a, b, c] = [0, 1, 2].map((corner) => 3 * triangles[3 * triangle + corner]);
    for (let axis = 0; axis < 3; axis++) {
      const origin = positions[a + axis];
      points[3 * i + axis] =
        origin + u * (positions[b + axis] - origin) + v * (positions[c + axis] - origin);
    }
  }
  return points;
}

/** (T): the area of each triangle and all before it. */
function accumulatedAreas({ positions, triangles }: TriangleMesh): Float64Array {
  const accumulated = new Float64Array(triangles.length / 3);
  let sum = 0;
  for (let t = 0; t < accumulated.length; t++) {
    const [a, b, c] = [0, 1, 2].map((corner) => 3 * triangles[3 * t + corner]);
    const [ux, uy, uz] = [0, 1, 2].map((axis) => positions[b + axis] - positions[a + axis]);
    const [vx, vy, vz] = [0, 1, 2].map((axis) => positions[c + axis] - positions[a + axis]);
    sum += Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
    accumulated[t] = sum;
  }
  return accumulated;
}

/** Numbers in [0, 1) from a 32-bit seed: Tommy Ettinger's mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
