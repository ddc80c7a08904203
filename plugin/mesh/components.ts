/** Connected components: triangles that share vertices, directly or through others. */
import type { Bounds, TriangleMesh } from "../core/mesh.ts";

export interface Component {
  readonly triangles: number;
  /** Square units of the mesh. */
  readonly area: number;
  /** Cubic units; negative for a cavity, whose surface faces inwards. */
  readonly volume: number;
  readonly bounds: Bounds;
}

export interface Components {
  /** In order of their first triangle. */
  readonly components: readonly Component[];
  /** (T) index into `components`. */
  readonly labels: Uint32Array;
}

export function findComponents(mesh: TriangleMesh): Components {
  const { labels, count } = labelTriangles(mesh);
  const sums = Array.from({ length: count }, () => ({
    triangles: 0,
    twiceArea: 0,
    sixVolumes: 0,
    min: [Infinity, Infinity, Infinity] as [number, number, number],
    max: [-Infinity, -Infinity, -Infinity] as [number, number, number],
  }));
  const { positions, triangles } = mesh;
  for (let t = 0; t < labels.length; t++) {
    const sum = sums[labels[t]];
    const a = 3 * triangles[3 * t];
    const b = 3 * triangles[3 * t + 1];
    const c = 3 * triangles[3 * t + 2];
    const x = positions[a];
    const y = positions[a + 1];
    const z = positions[a + 2];
    const ux = positions[b] - x;
    const uy = positions[b + 1] - y;
    const uz = positions[b + 2] - z;
    const vx = positions[c] - x;
    const vy = positions[c + 1] - y;
    const vz = positions[c + 2] - z;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    sum.triangles++;
    sum.twiceArea += Math.sqrt(nx * nx + ny * ny + nz * nz);
    sum.sixVolumes += x * nx + y * ny + z * nz;
    for (let axis = 0; axis < 3; axis++) {
      const low = Math.min(positions[a + axis], positions[b + axis], positions[c + axis]);
      const high = Math.max(positions[a + axis], positions[b + axis], positions[c + axis]);
      if (low < sum.min[axis]) sum.min[axis] = low;
      if (high > sum.max[axis]) sum.max[axis] = high;
    }
  }
  const components = sums.map((sum) => ({
    triangles: sum.triangles,
    area: sum.twiceArea / 2,
    volume: sum.sixVolumes / 6,
    bounds: { min: sum.min, max: sum.max },
  }));
  return { components, labels };
}

/** Union-find over the vertices, with path halving. */
function labelTriangles({ positions, triangles }: TriangleMesh): {
  labels: Uint32Array;
  count: number;
} {
  const parents = new Uint32Array(positions.length / 3).map((_, vertex) => vertex);
  const rootOf = (vertex: number): number => {
    let root = vertex;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  };
  for (let i = 0; i < triangles.length; i += 3) {
    const root = rootOf(triangles[i]);
    parents[rootOf(triangles[i + 1])] = root;
    parents[rootOf(triangles[i + 2])] = root;
  }

  const labelOfRoot = new Int32Array(parents.length).fill(-1);
  const labels = new Uint32Array(triangles.length / 3);
  let count = 0;
  for (let t = 0; t < labels.length; t++) {
    const root = rootOf(triangles[3 * t]);
    if (labelOfRoot[root] < 0) labelOfRoot[root] = count++;
    labels[t] = labelOfRoot[root];
  }
  return { labels, count };
}
