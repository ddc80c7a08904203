/** Finds the ends of cut lattice edges whose value is not known yet. */
import type { BrickGrid } from "./bricks.ts";
import { Neighbourhood, SPAN } from "./neighbourhood.ts";

const STEPS = [SPAN * SPAN, SPAN, 1] as const;

export class CutEdges {
  readonly #grid: BrickGrid;
  readonly #level: number;
  readonly #around: Neighbourhood;
  #pending: number[] = [];

  constructor(grid: BrickGrid, level: number) {
    this.#grid = grid;
    this.#level = level;
    this.#around = new Neighbourhood(grid);
  }

  /**
   * Stores every brick with an end of a cut edge, and returns where ends that lie in the lattice
   * but have no value are stored, ascending.
   */
  find(): Float64Array {
    this.#pending = [];
    this.#storeOpposites();
    for (const brick of bricksAround(this.#grid, FACES)) this.#searchBrick(brick);
    const sorted = Float64Array.from(this.#pending).sort();
    return sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  }

  /** Stores neighbouring bricks that are proven to lie on different sides. */
  #storeOpposites(): void {
    const grid = this.#grid;
    const [nx, ny, nz] = grid.counts;
    const steps = [ny * nz, nz, 1];
    for (let x = 0, brick = 0; x < nx; x++) {
      for (let y = 0; y < ny; y++) {
        for (let z = 0; z < nz; z++, brick++) {
          if (x + 1 < nx) this.#storeIfOpposite(brick, brick + steps[0]);
          if (y + 1 < ny) this.#storeIfOpposite(brick, brick + steps[1]);
          if (z + 1 < nz) this.#storeIfOpposite(brick, brick + steps[2]);
        }
      }
    }
  }

  #storeIfOpposite(a: number, b: number): void {
    if (!this.#grid.areOpposite(a, b)) return;
    this.#grid.store(a);
    this.#grid.store(b);
  }

  #searchBrick(brick: number): void {
    this.#around.read(brick);
    const { values, extent } = this.#around;
    const [, , , nx, ny, nz] = extent;
    for (let x = 0; x < nx; x++) {
      for (let y = 0; y < ny; y++) {
        for (let z = 0; z < nz; z++) {
          const at = (x * SPAN + y) * SPAN + z;
          const inside = values[at] > this.#level;
          for (let axis = 0; axis < 3; axis++) {
            const other = at + STEPS[axis];
            if (values[other] > this.#level === inside) continue;
            this.#requireValue(brick, at);
            this.#requireValue(brick, other);
          }
        }
      }
    }
  }

  #requireValue(brick: number, at: number): void {
    const { values, storage } = this.#around;
    if (storage[at] >= 0 && Number.isFinite(values[at])) return;
    const x = Math.floor(at / (SPAN * SPAN));
    const y = Math.floor(at / SPAN) % SPAN;
    const end = this.#around.locate(brick, x, y, at % SPAN);
    const slot = this.#grid.store(end.brick);
    if (this.#grid.inLattice(end.brick)) this.#pending.push(this.#grid.offsets[slot] + end.point);
  }
}

type Offset = readonly [number, number, number];

/** A brick and its lower neighbours across faces. */
export const FACES: readonly Offset[] = [
  [0, 0, 0],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** A brick and its lower neighbours across faces, edges and the corner. */
export const CORNERS: readonly Offset[] = [...FACES, [1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]];

/** The stored bricks and their lower neighbours at `offsets`, ascending. */
export function bricksAround(grid: BrickGrid, offsets: readonly Offset[]): Int32Array {
  const bricks: number[] = [];
  for (const brick of grid.stored) {
    const [x, y, z] = grid.coordinates(brick);
    for (const [dx, dy, dz] of offsets) {
      if (x >= dx && y >= dy && z >= dz) bricks.push(grid.brickAt(x - dx, y - dy, z - dz));
    }
  }
  const sorted = Int32Array.from(bricks).sort();
  return sorted.filter((brick, i) => i === 0 || brick !== sorted[i - 1]);
}
