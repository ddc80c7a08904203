/** A balanced k-d tree over points: the exact nearest one in logarithmic time. */
export class PointTree {
  readonly #points: Float32Array;
  /** Indices of points; the middle of each range splits it, x, y and z taking turns by depth. */
  readonly #order: Uint32Array;
  /** Of the search under way. */
  readonly #target: Float64Array = new Float64Array(3);
  #nearest = 0;
  #nearestSquared = Infinity;

  /** @param points (N, 3), N > 0; kept, not copied. */
  constructor(points: Float32Array) {
    this.#points = points;
    this.#order = Uint32Array.from({ length: points.length / 3 }, (_, i) => i);
    this.#build(0, this.#order.length, 0);
  }

  /** Index of the point nearest to (x, y, z). */
  nearestTo(x: number, y: number, z: number): number {
    this.#target[0] = x;
    this.#target[1] = y;
    this.#target[2] = z;
    this.#nearestSquared = Infinity;
    this.#search(0, this.#order.length, 0);
    return this.#nearest;
  }

  #build(from: number, to: number, axis: number): void {
    if (to - from < 2) return;
    const points = this.#points;
    this.#order.subarray(from, to).sort((a, b) => points[3 * a + axis] - points[3 * b + axis]);
    const middle = (from + to) >> 1;
    const next = (axis + 1) % 3;
    this.#build(from, middle, next);
    this.#build(middle + 1, to, next);
  }

  #search(from: number, to: number, axis: number): void {
    if (from >= to) return;
    const middle = (from + to) >> 1;
    const index = this.#order[middle];
    const at = 3 * index;
    const dx = this.#target[0] - this.#points[at];
    const dy = this.#target[1] - this.#points[at + 1];
    const dz = this.#target[2] - this.#points[at + 2];
    const squared = dx * dx + dy * dy + dz * dz;
    if (squared < this.#nearestSquared) {
      this.#nearestSquared = squared;
      this.#nearest = index;
    }
    const offset = axis === 0 ? dx : axis === 1 ? dy : dz;
    const next = (axis + 1) % 3;
    if (offset < 0) this.#search(from, middle, next);
    else this.#search(middle + 1, to, next);
    if (offset * offset >= this.#nearestSquared) return;
    if (offset < 0) this.#search(middle + 1, to, next);
    else this.#search(from, middle, next);
  }
}
