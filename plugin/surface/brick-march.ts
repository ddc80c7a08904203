/** Marching cubes over stored bricks whose cut edges have a value at both ends. */
import type { BrickGrid } from "./bricks.ts";
import { CASES, EDGES } from "./cases.ts";
import { bricksAround, CORNERS, FACES } from "./cut-edges.ts";
import { cutFraction, type Placement } from "./interpolate.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { Neighbourhood, SPAN } from "./neighbourhood.ts";

/** Bricks between two steps. */
const BATCH = 1024;
const STEPS = [SPAN * SPAN, SPAN, 1] as const;

export class BrickMarch {
  readonly mesh: MeshBuilder = new MeshBuilder();
  activeCells = 0;
  readonly #grid: BrickGrid;
  readonly #level: number;
  readonly #place: Placement;
  readonly #around: Neighbourhood;
  /** Per stored point: its first vertex, and bit `axis` set where the edge along it is cut. */
  readonly #firstVertex: Uint32Array;
  readonly #cuts: Uint8Array;

  constructor(grid: BrickGrid, level: number, place: Placement) {
    const points = grid.offsets[grid.stored.length];
    this.#grid = grid;
    this.#level = level;
    this.#place = place;
    this.#around = new Neighbourhood(grid);
    this.#firstVertex = new Uint32Array(points);
    this.#cuts = new Uint8Array(points);
  }

  /** `step` is awaited now and then with the share done. */
  async run(step: (fraction: number) => Promise<void>): Promise<void> {
    await forEachBrick(bricksAround(this.#grid, FACES), this.#cutEdges, (f) => step(f / 2));
    await forEachBrick(bricksAround(this.#grid, CORNERS), this.#marchCells, (f) =>
      step(f / 2 + 0.5),
    );
  }

  /** Vertices on the edges that begin in a brick, in the order of their lower ends. */
  readonly #cutEdges = (brick: number): void => {
    this.#around.read(brick);
    const { values, storage, extent } = this.#around;
    const [i, j, k, nx, ny, nz] = extent;
    const place = this.#place;
    const level = this.#level;
    for (let x = 0; x < nx; x++) {
      for (let y = 0; y < ny; y++) {
        for (let z = 0; z < nz; z++) {
          const at = (x * SPAN + y) * SPAN + z;
          const value = values[at];
          const first = this.mesh.vertexCount;
          let cuts = 0;
          for (let axis = 0; axis < 3; axis++) {
            const other = values[at + STEPS[axis]];
            if (value > level === other > level) continue;
            const t = cutFraction(value, other, level);
            cuts |= 1 << axis;
            this.mesh.addVertex(
              place(i + x + (axis === 0 ? t : 0)),
              place(j + y + (axis === 1 ? t : 0)),
              place(k + z + (axis === 2 ? t : 0)),
            );
          }
          if (cuts === 0) continue;
          this.#firstVertex[storage[at]] = first;
          this.#cuts[storage[at]] = cuts;
        }
      }
    }
  };

  readonly #marchCells = (brick: number): void => {
    this.#around.read(brick);
    const [, , , nx, ny, nz] = this.#around.extent;
    for (let x = 0; x < nx; x++) {
      for (let y = 0; y < ny; y++) {
        for (let z = 0; z < nz; z++) this.#marchCell((x * SPAN + y) * SPAN + z);
      }
    }
  };

  #marchCell(at: number): void {
    const { values } = this.#around;
    let signs = 0;
    for (let corner = 0; corner < 8; corner++) {
      if (values[at + cornerStep(corner)] > this.#level) signs |= 1 << corner;
    }
    if (signs === 0 || signs === 255) return;
    this.activeCells++;
    const edges = CASES[signs];
    for (let t = 0; t < edges.length; t += 3) {
      this.mesh.addTriangle(
        this.#vertexOn(at, edges[t]),
        this.#vertexOn(at, edges[t + 1]),
        this.#vertexOn(at, edges[t + 2]),
      );
    }
  }

  #vertexOn(at: number, edge: number): number {
    const { axis, corner } = EDGES[edge];
    const storage = this.#around.storage[at + cornerStep(corner)];
    const lower = this.#cuts[storage] & ((1 << axis) - 1);
    return this.#firstVertex[storage] + (lower & 1) + (lower >> 1);
  }
}

function cornerStep(corner: number): number {
  return (corner >> 2) * STEPS[0] + ((corner >> 1) & 1) * STEPS[1] + (corner & 1);
}

async function forEachBrick(
  bricks: Int32Array,
  visit: (brick: number) => void,
  step: (fraction: number) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < bricks.length; first += BATCH) {
    for (const brick of bricks.subarray(first, first + BATCH)) visit(brick);
    await step(Math.min((first + BATCH) / bricks.length, 1));
  }
}
