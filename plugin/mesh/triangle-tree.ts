/** Distance from points to a mesh, through a tree of boxes round its triangles. */
import type { TriangleMesh } from "../core/mesh.ts";

const LEAF_TRIANGLES = 4;
/** Low and high corner. */
const BOX_VALUES = 6;

/**
 * Ranges of triangles are halved at the median along their longest side. The boxes of the two halves
 * stand one after the other, at 2 i + 1 and 2 i + 2 for the box at i.
 */
export class TriangleTree {
  readonly #mesh: TriangleMesh;
  readonly #order: Uint32Array;
  readonly #boxes: Float64Array;
  /** Of the search under way: the point, and the squared distance of the nearest triangle so far. */
  readonly #point: Float64Array = new Float64Array(3);
  #nearest = Infinity;

  /** `mesh` has at least one triangle. */
  constructor(mesh: TriangleMesh) {
    const count = mesh.triangles.length / 3;
    this.#mesh = mesh;
    this.#order = Uint32Array.from({ length: count }, (_, triangle) => triangle);
    const depth = Math.max(0, Math.ceil(Math.log2(count / LEAF_TRIANGLES)));
    this.#boxes = new Float64Array(BOX_VALUES * (2 ** (depth + 1) - 1));
    this.#build(0, 0, count, centres(mesh));
  }

  distanceTo(x: number, y: number, z: number): number {
    this.#point[0] = x;
    this.#point[1] = y;
    this.#point[2] = z;
    this.#nearest = Infinity;
    this.#search(0, 0, this.#order.length);
    return Math.sqrt(this.#nearest);
  }

  #build(node: number, from: number, to: number, centre: Float64Array): void {
    this.#bound(node, from, to);
    if (to - from <= LEAF_TRIANGLES) return;
    const low = BOX_VALUES * node;
    const extent = (axis: number) => this.#boxes[low + 3 + axis] - this.#boxes[low + axis];
    const axis = [0, 1, 2].reduce((a, b) => (extent(b) > extent(a) ? b : a));
    this.#order.subarray(from, to).sort((a, b) => centre[3 * a + axis] - centre[3 * b + axis]);
    const middle = (from + to) >> 1;
    this.#build(2 * node + 1, from, middle, centre);
    this.#build(2 * node + 2, middle, to, centre);
  }

  /** Writes the box round a range of triangles. */
  #bound(node: number, from: number, to: number): void {
    const { positions, triangles } = this.#mesh;
    const box = this.#boxes.subarray(BOX_VALUES * node, BOX_VALUES * (node + 1));
    box.fill(Infinity, 0, 3).fill(-Infinity, 3);
    for (let i = 3 * from; i < 3 * to; i++) {
      const at = 3 * triangles[3 * this.#order[Math.floor(i / 3)] + (i % 3)];
      for (let axis = 0; axis < 3; axis++) {
        box[axis] = Math.min(box[axis], positions[at + axis]);
        box[3 + axis] = Math.max(box[3 + axis], positions[at + axis]);
      }
    }
  }

  /** Looks through the nearer half first, and not at all where nothing nearer can be. */
  #search(node: number, from: number, to: number): void {
    if (to - from <= LEAF_TRIANGLES) {
      const [x, y, z] = this.#point;
      for (let i = from; i < to; i++) {
        const squared = squaredDistance(this.#mesh, this.#order[i], x, y, z);
        if (squared < this.#nearest) this.#nearest = squared;
      }
      return;
    }
    const middle = (from + to) >> 1;
    const first = this.#squaredDistanceToBox(2 * node + 1);
    const second = this.#squaredDistanceToBox(2 * node + 2);
    if (first <= second) {
      if (first < this.#nearest) this.#search(2 * node + 1, from, middle);
      if (second < this.#nearest) this.#search(2 * node + 2, middle, to);
    } else {
      if (second < this.#nearest) this.#search(2 * node + 2, middle, to);
      if (first < this.#nearest) this.#search(2 * node + 1, from, middle);
    }
  }

  #squaredDistanceToBox(node: number): number {
    let squared = 0;
    for (let axis = 0, at = BOX_VALUES * node; axis < 3; axis++, at++) {
      const value = this.#point[axis];
      const outside = Math.max(this.#boxes[at] - value, value - this.#boxes[at + 3], 0);
      squared += outside * outside;
    }
    return squared;
  }
}

/** (T, 3): three times the centre of each triangle. */
function centres({ positions, triangles }: TriangleMesh): Float64Array {
  const sums = new Float64Array(triangles.length);
  for (let i = 0; i < triangles.length; i++) {
    const triangle = 3 * Math.floor(i / 3);
    for (let axis = 0; axis < 3; axis++)
      sums[triangle + axis] += positions[3 * triangles[i] + axis];
  }
  return sums;
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
