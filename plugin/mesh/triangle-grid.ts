/** Distance from points to a mesh, through a uniform grid of its triangles. */
import type { TriangleMesh } from "../core/mesh.ts";
import { boundsOf } from "./measure.ts";

/** Cells along the longest side: about one triangle's edge each, within limits. */
const cellsPerSide = (triangleCount: number): number =>
  Math.max(4, Math.min(96, Math.round(Math.sqrt(triangleCount))));

export class TriangleGrid {
  readonly #mesh: TriangleMesh;
  readonly #origin: readonly [number, number, number];
  readonly #cell: number;
  readonly #size: readonly [number, number, number];
  /** Triangles of cell c are `#members[#first[c]]` to `#members[#first[c + 1] - 1]`. */
  readonly #first: Uint32Array;
  readonly #members: Uint32Array;

  /** `mesh` has at least one triangle. */
  constructor(mesh: TriangleMesh) {
    const { min, max } = boundsOf(mesh);
    const sides = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
    this.#mesh = mesh;
    this.#origin = min;
    this.#cell = Math.max(...sides) / cellsPerSide(mesh.triangles.length / 3) || 1;
    const count = (axis: number) => Math.floor(sides[axis] / this.#cell) + 1;
    this.#size = [count(0), count(1), count(2)];

    const first = new Uint32Array(this.#size[0] * this.#size[1] * this.#size[2] + 1);
    this.#visitBoxes((cell) => first[cell + 1]++);
    for (let cell = 1; cell < first.length; cell++) first[cell] += first[cell - 1];
    const members = new Uint32Array(first[first.length - 1]);
    const free = first.slice();
    this.#visitBoxes((cell, triangle) => {
      members[free[cell]++] = triangle;
    });
    this.#first = first;
    this.#members = members;
  }

  /** Looks at shells of cells around the point's cell until no nearer triangle is possible. */
  distanceTo(x: number, y: number, z: number): number {
    const centre = [this.#place(x, 0), this.#place(y, 1), this.#place(z, 2)] as const;
    const margin = Math.min(
      this.#margin(x, 0, centre[0]),
      this.#margin(y, 1, centre[1]),
      this.#margin(z, 2, centre[2]),
    );
    const last = Math.max(...this.#size);
    let nearest = Infinity;
    for (let ring = 0; ring <= last; ring++) {
      const reach = ring === 0 ? 0 : margin + (ring - 1) * this.#cell;
      if (nearest <= reach * reach) break;
      this.#visitRing(ring, centre, (cell) => {
        for (let m = this.#first[cell]; m < this.#first[cell + 1]; m++) {
          nearest = Math.min(nearest, squaredDistance(this.#mesh, this.#members[m], x, y, z));
        }
      });
    }
    return Math.sqrt(nearest);
  }

  /** Calls `visit` for the cells `ring` steps away from `centre`, by the largest of the axes. */
  #visitRing(
    ring: number,
    [cx, cy, cz]: readonly [number, number, number],
    visit: (cell: number) => void,
  ): void {
    const [nx, ny, nz] = this.#size;
    for (let k = Math.max(0, cz - ring); k <= Math.min(nz - 1, cz + ring); k++) {
      for (let j = Math.max(0, cy - ring); j <= Math.min(ny - 1, cy + ring); j++) {
        const isFace = Math.abs(k - cz) === ring || Math.abs(j - cy) === ring;
        for (let i = cx - ring; i <= cx + ring; i += isFace ? 1 : 2 * ring) {
          if (i >= 0 && i < nx) visit(i + nx * (j + ny * k));
        }
      }
    }
  }

  /** Calls `visit` for each cell that a triangle's bounding box touches. */
  #visitBoxes(visit: (cell: number, triangle: number) => void): void {
    const { positions, triangles } = this.#mesh;
    for (let t = 0; t < triangles.length / 3; t++) {
      const low = [0, 0, 0];
      const high = [0, 0, 0];
      for (let axis = 0; axis < 3; axis++) {
        const a = positions[3 * triangles[3 * t] + axis];
        const b = positions[3 * triangles[3 * t + 1] + axis];
        const c = positions[3 * triangles[3 * t + 2] + axis];
        low[axis] = this.#place(Math.min(a, b, c), axis);
        high[axis] = this.#place(Math.max(a, b, c), axis);
      }
      for (let k = low[2]; k <= high[2]; k++) {
        for (let j = low[1]; j <= high[1]; j++) {
          const row = this.#size[0] * (j + this.#size[1] * k);
          for (let i = low[0]; i <= high[0]; i++) visit(row + i, t);
        }
      }
    }
  }

  #place(value: number, axis: number): number {
    const place = Math.floor((value - this.#origin[axis]) / this.#cell);
    return Math.max(0, Math.min(this.#size[axis] - 1, place));
  }

  /** From `value` to the nearer end of its cell; 0 outside the grid. */
  #margin(value: number, axis: number, place: number): number {
    const within = value - this.#origin[axis] - place * this.#cell;
    return Math.max(0, Math.min(within, this.#cell - within));
  }
}

/**
 * Squared distance from a point p to the triangle a + s u + t v: to its plane when the foot of p
 * lies in the triangle, else to the nearest edge.
 */
function squaredDistance(
  { positions, triangles }: TriangleMesh,
  triangle: number,
  x: number,
  y: number,
  z: number,
): number {
  const a = 3 * triangles[3 * triangle];
  const b = 3 * triangles[3 * triangle + 1];
  const c = 3 * triangles[3 * triangle + 2];
  const [ax, ay, az] = [positions[a], positions[a + 1], positions[a + 2]];
  const [ux, uy, uz] = [positions[b] - ax, positions[b + 1] - ay, positions[b + 2] - az];
  const [vx, vy, vz] = [positions[c] - ax, positions[c + 1] - ay, positions[c + 2] - az];
  const [px, py, pz] = [x - ax, y - ay, z - az];
  const uu = ux * ux + uy * uy + uz * uz;
  const uv = ux * vx + uy * vy + uz * vz;
  const vv = vx * vx + vy * vy + vz * vz;
  const up = ux * px + uy * py + uz * pz;
  const vp = vx * px + vy * py + vz * pz;
  const determinant = uu * vv - uv * uv;
  const s = (vv * up - uv * vp) / determinant;
  const t = (uu * vp - uv * up) / determinant;
  if (s >= 0 && t >= 0 && s + t <= 1) {
    return squaredLength(px - s * ux - t * vx, py - s * uy - t * vy, pz - s * uz - t * vz);
  }
  const su = clampToUnit(up / uu);
  const tv = clampToUnit(vp / vv);
  const along = clampToUnit((vv - uv + up - vp) / (uu - 2 * uv + vv)); // from v to u
  const [ox, oy, oz] = [px - vx, py - vy, pz - vz];
  return Math.min(
    squaredLength(px - su * ux, py - su * uy, pz - su * uz),
    squaredLength(px - tv * vx, py - tv * vy, pz - tv * vz),
    squaredLength(ox - along * (ux - vx), oy - along * (uy - vy), oz - along * (uz - vz)),
  );
}

const squaredLength = (x: number, y: number, z: number): number => x * x + y * y + z * z;

/** 0 for the NaN of an edge without length. */
const clampToUnit = (value: number): number => (value > 0 ? Math.min(1, value) : 0);
