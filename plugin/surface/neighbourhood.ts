/**
 * A brick with the first layer of points of its upper neighbours: every lattice edge and cell that
 * begins in the brick.
 */
import type { BrickGrid } from "./bricks.ts";
import { OUTSIDE } from "./interpolate.ts";
import { BRICK } from "./partition.ts";

/** Points along an edge of the buffers. */
export const SPAN: number = BRICK + 1;

export class Neighbourhood {
  /** Value of point (x, y, z) at (x * SPAN + y) * SPAN + z. */
  readonly values: Float32Array = new Float32Array(SPAN ** 3);
  /** Where the point is stored, -1 for points of bricks without storage. */
  readonly storage: Int32Array = new Int32Array(SPAN ** 3);
  readonly #grid: BrickGrid;
  /** First lattice index and points of the brick itself, per axis. */
  extent: readonly [number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0];

  constructor(grid: BrickGrid) {
    this.#grid = grid;
  }

  read(brick: number): void {
    const grid = this.#grid;
    const [x, y, z] = grid.coordinates(brick);
    this.extent = grid.extent(brick);
    for (let corner = 0; corner < 8; corner++) {
      const dx = corner >> 2;
      const dy = (corner >> 1) & 1;
      const dz = corner & 1;
      const isBeyond =
        x + dx >= grid.counts[0] || y + dy >= grid.counts[1] || z + dz >= grid.counts[2];
      this.#copy(isBeyond ? undefined : grid.brickAt(x + dx, y + dy, z + dz), dx, dy, dz);
    }
  }

  /** The brick that a point of `brick`'s span belongs to, and the point's index in that brick. */
  locate(brick: number, x: number, y: number, z: number): { brick: number; point: number } {
    const [bx, by, bz] = this.#grid.coordinates(brick);
    const [, , , nx, ny, nz] = this.extent;
    const owner = this.#grid.brickAt(
      bx + (x === nx ? 1 : 0),
      by + (y === ny ? 1 : 0),
      bz + (z === nz ? 1 : 0),
    );
    const [, , , , ownerY, ownerZ] = this.#grid.extent(owner);
    return { brick: owner, point: ((x % nx) * ownerY + (y % ny)) * ownerZ + (z % nz) };
  }

  /** Copies a brick, or its first layers where the offset is 1, to its place in the buffers. */
  #copy(brick: number | undefined, dx: number, dy: number, dz: number): void {
    const [, , , nx, ny, nz] = this.extent;
    const grid = this.#grid;
    const [, , , , sizeY, sizeZ] = brick === undefined ? this.extent : grid.extent(brick);
    const found = brick === undefined ? { value: OUTSIDE } : grid.lookUp(brick);
    const offset = "slot" in found ? grid.offsets[found.slot] : -1;
    const uniform = "slot" in found ? 0 : found.value;
    const firstX = dx * nx;
    const firstY = dy * ny;
    const firstZ = dz * nz;
    for (let x = 0; x < (dx ? 1 : nx); x++) {
      for (let y = 0; y < (dy ? 1 : ny); y++) {
        let target = ((firstX + x) * SPAN + firstY + y) * SPAN + firstZ;
        let source = offset + (x * sizeY + y) * sizeZ;
        for (let z = 0; z < (dz ? 1 : nz); z++, target++, source++) {
          this.values[target] = offset < 0 ? uniform : grid.values[source];
          this.storage[target] = offset < 0 ? -1 : source;
        }
      }
    }
  }
}
