/**
 * Closed test surfaces. `levelSet` is a marching-tetrahedra extractor, so its meshes have the slivers,
 * components and cavities of real extractions without using the extractor under test.
 */
import type { ColouredMesh } from "../../plugin/core/mesh.ts";

export type Point = readonly [number, number, number];
export type Colouring = (point: Point) => Point;

export const GREY: Colouring = () => [0.5, 0.5, 0.5];

/** Squares of black and white, `frequency` of them per unit. */
export function checker(frequency: number): Colouring {
  return (point) => {
    const parity = point.reduce((sum, value) => sum + Math.floor(value * frequency), 0) & 1;
    return parity === 0 ? [0.05, 0.05, 0.05] : [0.95, 0.95, 0.95];
  };
}

/** The six tetrahedra of a cube that share its main diagonal, all of positive orientation. */
const TETRAHEDRA = [
  [0, 1, 3, 7],
  [0, 2, 6, 7],
  [0, 4, 5, 7],
  [0, 3, 2, 7],
  [0, 6, 4, 7],
  [0, 5, 1, 7],
] as const;

/** For each corner, the other three such that the four are an even permutation. */
const OTHERS = [
  [1, 2, 3],
  [0, 3, 2],
  [0, 1, 3],
  [0, 2, 1],
] as const;

/** Pairs of corners (i, j) with the rest (k, l) such that (i, j, k, l) is an even permutation. */
const PAIRS = [
  [0, 1, 2, 3],
  [0, 2, 3, 1],
  [0, 3, 1, 2],
  [1, 2, 0, 3],
  [1, 3, 2, 0],
  [2, 3, 0, 1],
] as const;

/**
 * The surface `inside(p) = 0` in (-1, 1)^3, closed and outward, sampled on `resolution`^3 points;
 * `inside` is positive within the solid and must be negative at the box's faces.
 */
export function levelSet(
  inside: (x: number, y: number, z: number) => number,
  resolution: number,
  colouring: Colouring = GREY,
): ColouredMesh {
  const n = resolution;
  const coordinate = (i: number) => -1 + (2 * i) / (n - 1);
  const values = new Float64Array(n * n * n);
  for (let k = 0, at = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++, at++) {
        values[at] = inside(coordinate(i), coordinate(j), coordinate(k));
      }
    }
  }

  const positions: number[] = [];
  const colours: number[] = [];
  const triangles: number[] = [];
  const vertices = new Map<number, number>();

  const place = (index: number, axis: number) => coordinate(Math.floor(index / n ** axis) % n);
  const vertexBetween = (a: number, b: number): number => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const key = low * values.length + high;
    let vertex = vertices.get(key);
    if (vertex === undefined) {
      vertex = positions.length / 3;
      vertices.set(key, vertex);
      const t = values[low] / (values[low] - values[high]);
      const at = (axis: number) => place(low, axis) + t * (place(high, axis) - place(low, axis));
      const point: Point = [at(0), at(1), at(2)];
      positions.push(...point);
      colours.push(...colouring(point));
    }
    return vertex;
  };

  const offsets = Array.from(
    { length: 8 },
    (_, corner) => (corner & 1) + ((corner >> 1) & 1) * n + (corner >> 2) * n * n,
  );
  const addTetrahedron = (base: number, tetrahedron: readonly number[]) => {
    const at = (corner: number) => base + offsets[tetrahedron[corner]];
    const between = (a: number, b: number) => vertexBetween(at(a), at(b));
    const insides = [0, 1, 2, 3].filter((corner) => values[at(corner)] > 0);
    if (insides.length === 1 || insides.length === 3) {
      const lone = [0, 1, 2, 3].find((c) => insides.includes(c) === (insides.length === 1)) ?? 0;
      const [a, b, c] = OTHERS[lone].map((other) => between(lone, other));
      triangles.push(...(insides.length === 1 ? [a, b, c] : [a, c, b]));
    } else if (insides.length === 2) {
      const pair = PAIRS.find(([i, j]) => i === insides[0] && j === insides[1]) ?? PAIRS[0];
      const [i, j, k, l] = pair;
      const quad = [between(i, k), between(i, l), between(j, l), between(j, k)];
      triangles.push(quad[0], quad[1], quad[2], quad[0], quad[2], quad[3]);
    }
  };
  for (let k = 0; k < n - 1; k++) {
    for (let j = 0; j < n - 1; j++) {
      for (let i = 0; i < n - 1; i++) {
        const base = i + n * (j + n * k);
        const count = offsets.reduce((sum, offset) => sum + (values[base + offset] > 0 ? 1 : 0), 0);
        if (count === 0 || count === 8) continue;
        for (const tetrahedron of TETRAHEDRA) addTetrahedron(base, tetrahedron);
      }
    }
  }
  return meshOf(positions, triangles, colours);
}

/** A mesh from plain arrays, grey where no colours are given. */
export function meshOf(
  positions: readonly number[],
  triangles: readonly number[],
  colours: readonly number[] = positions.map(() => 0.5),
): ColouredMesh {
  return {
    positions: Float32Array.from(positions),
    triangles: Uint32Array.from(triangles),
    colours: Float32Array.from(colours),
  };
}

/** An axis-aligned box of 8 vertices and 12 triangles. */
export function box(min: Point, max: Point, colour: Point = [0.5, 0.5, 0.5]): ColouredMesh {
  const corners = Array.from({ length: 8 }, (_, i) =>
    [0, 1, 2].map((axis) => ((i >> axis) & 1 ? max[axis] : min[axis])),
  );
  const faces = [0, 4, 6, 0, 6, 2, 1, 3, 7, 1, 7, 5, 0, 1, 5, 0, 5, 4]; // -x, +x, -y
  const rest = [2, 6, 7, 2, 7, 3, 0, 2, 3, 0, 3, 1, 4, 5, 7, 4, 7, 6]; // +y, -z, +z
  return meshOf(corners.flat(), [...faces, ...rest], Array(8).fill(colour).flat());
}

/** A torus around the z axis of 2 * around * along triangles. */
export function torus(
  radius: number,
  tube: number,
  around: number,
  along: number,
  colouring: Colouring = GREY,
): ColouredMesh {
  const positions: number[] = [];
  const colours: number[] = [];
  const triangles: number[] = [];
  for (let i = 0; i < around; i++) {
    const u = (2 * Math.PI * i) / around;
    for (let j = 0; j < along; j++) {
      const v = (2 * Math.PI * j) / along;
      const r = radius + tube * Math.cos(v);
      const point: Point = [r * Math.cos(u), r * Math.sin(u), tube * Math.sin(v)];
      positions.push(...point);
      colours.push(...colouring(point));
      const [i1, j1] = [(i + 1) % around, (j + 1) % along];
      const [a, b, c, d] = [i * along + j, i1 * along + j, i1 * along + j1, i * along + j1];
      triangles.push(a, b, c, a, c, d);
    }
  }
  return meshOf(positions, triangles, colours);
}

/** The meshes side by side as one. */
export function join(...meshes: readonly ColouredMesh[]): ColouredMesh {
  let base = 0;
  const triangles: number[] = [];
  for (const mesh of meshes) {
    for (const vertex of mesh.triangles) triangles.push(vertex + base);
    base += mesh.positions.length / 3;
  }
  return meshOf(
    meshes.flatMap((mesh) => Array.from(mesh.positions)),
    triangles,
    meshes.flatMap((mesh) => Array.from(mesh.colours)),
  );
}

/** The same surface seen from its other side. */
export function inverted(mesh: ColouredMesh): ColouredMesh {
  const triangles = mesh.triangles.slice();
  for (let t = 0; t < triangles.length; t += 3) {
    [triangles[t + 1], triangles[t + 2]] = [triangles[t + 2], triangles[t + 1]];
  }
  return { ...mesh, triangles };
}

export function translated(mesh: ColouredMesh, offset: Point): ColouredMesh {
  return { ...mesh, positions: mesh.positions.map((value, i) => value + offset[i % 3]) };
}

export const sphereField =
  (radius: number, [cx, cy, cz]: Point = [0, 0, 0]) =>
  (x: number, y: number, z: number): number =>
    radius - Math.hypot(x - cx, y - cy, z - cz);
