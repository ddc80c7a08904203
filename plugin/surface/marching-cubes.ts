/**
 * Marching cubes over a dense grid, slice by slice.
 *
 * Only two slices and the vertices on their edges are held, so a grid may be larger than memory.
 * Inside is `value > iso`. With a ring of outside values around the grid (`closed`) the surface is
 * closed: a vertex towards the ring lies on the grid point, so the caps are flat.
 */
import { ModelError } from "../core/errors.ts";
import type { TriangleMesh } from "../core/mesh.ts";
import { CASES, EDGES } from "./cases.ts";
import { cutFraction, OUTSIDE, type Placement } from "./interpolate.ts";
import { MeshBuilder } from "./mesh-builder.ts";

export interface Slices {
  /** Points along x, y, z. */
  readonly size: readonly [number, number, number];
  /** (ny, nz) values at x = `i`; asked for once each, in ascending order. */
  readonly slice: (i: number) => Float32Array | Promise<Float32Array>;
}

export interface DenseMesh extends TriangleMesh {
  /** Cells that the surface crosses. */
  readonly activeCells: number;
}

/** @throws ModelError `bad-value` that names the first grid point without a finite value. */
export async function marchSlices(
  { size, slice }: Slices,
  iso: number,
  closed: boolean,
  place: Placement,
): Promise<DenseMesh> {
  const ring = closed ? 1 : 0;
  const march = new SliceMarch(size[1] + 2 * ring, size[2] + 2 * ring, ring, iso, place);
  if (closed) march.addSlice(march.emptySlice());
  for (let i = 0; i < size[0]; i++) {
    const values = await slice(i);
    requireFinite(values, i, size[2]);
    march.addSlice(closed ? surround(values, size[1], size[2]) : values);
  }
  if (closed) march.addSlice(march.emptySlice());
  return { ...march.mesh.build(), activeCells: march.activeCells };
}

function requireFinite(values: Float32Array, i: number, nz: number): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw notFinite(values[bad], [i, Math.floor(bad / nz), bad % nz]);
}

/** The error for a lattice point whose density is NaN or infinite. */
export function notFinite(value: number, point: readonly number[]): ModelError {
  return new ModelError(
    "bad-value",
    `surface: the density at lattice point (${point.join(", ")}) is ${value} — ` +
      "the weights or the precision of the model are broken; try another device",
  );
}

function surround(values: Float32Array, ny: number, nz: number): Float32Array {
  const padded = new Float32Array((ny + 2) * (nz + 2)).fill(OUTSIDE);
  for (let j = 0; j < ny; j++) {
    padded.set(values.subarray(j * nz, (j + 1) * nz), (j + 1) * (nz + 2) + 1);
  }
  return padded;
}

/** Vertex indices on the edges that begin in one slice, per axis and point. */
type SliceVertices = readonly [Uint32Array, Uint32Array, Uint32Array];

class SliceMarch {
  readonly mesh = new MeshBuilder();
  activeCells = 0;
  readonly #ny: number;
  readonly #nz: number;
  readonly #ring: number;
  readonly #iso: number;
  readonly #place: Placement;
  readonly #vertices: readonly [SliceVertices, SliceVertices];
  #values: Float32Array | undefined;
  #count = 0;

  constructor(ny: number, nz: number, ring: number, iso: number, place: Placement) {
    const perPoint = () => new Uint32Array(ny * nz);
    this.#ny = ny;
    this.#nz = nz;
    this.#ring = ring;
    this.#iso = iso;
    this.#place = place;
    this.#vertices = [
      [perPoint(), perPoint(), perPoint()],
      [perPoint(), perPoint(), perPoint()],
    ];
  }

  emptySlice(): Float32Array {
    return new Float32Array(this.#ny * this.#nz).fill(OUTSIDE);
  }

  addSlice(values: Float32Array): void {
    const near = this.#vertices[(this.#count + 1) % 2];
    const far = this.#vertices[this.#count % 2];
    this.#cutWithin(values, far);
    if (this.#values) {
      this.#cutBetween(this.#values, values, near[0]);
      this.#marchCells(this.#values, values, near, far);
    }
    this.#values = values;
    this.#count++;
  }

  /** Vertices on the slice's own y and z edges. */
  #cutWithin(values: Float32Array, [, alongY, alongZ]: SliceVertices): void {
    const nz = this.#nz;
    const iso = this.#iso;
    for (let j = 0, at = 0; j < this.#ny; j++) {
      for (let k = 0; k < nz; k++, at++) {
        const value = values[at];
        if (j + 1 < this.#ny && value > iso !== values[at + nz] > iso) {
          alongY[at] = this.#addVertex(this.#count, j, k, 1, value, values[at + nz]);
        }
        if (k + 1 < nz && value > iso !== values[at + 1] > iso) {
          alongZ[at] = this.#addVertex(this.#count, j, k, 2, value, values[at + 1]);
        }
      }
    }
  }

  /** Vertices on the x edges from the previous slice to this one. */
  #cutBetween(previous: Float32Array, values: Float32Array, alongX: Uint32Array): void {
    const iso = this.#iso;
    for (let j = 0, at = 0; j < this.#ny; j++) {
      for (let k = 0; k < this.#nz; k++, at++) {
        if (previous[at] > iso !== values[at] > iso) {
          alongX[at] = this.#addVertex(this.#count - 1, j, k, 0, previous[at], values[at]);
        }
      }
    }
  }

  /** The vertex on the edge along `axis` from point (i, j, k) of the padded grid. */
  #addVertex(i: number, j: number, k: number, axis: number, lower: number, upper: number): number {
    const place = this.#place;
    const ring = this.#ring;
    const t = cutFraction(lower, upper, this.#iso);
    return this.mesh.addVertex(
      place(i - ring + (axis === 0 ? t : 0)),
      place(j - ring + (axis === 1 ? t : 0)),
      place(k - ring + (axis === 2 ? t : 0)),
    );
  }

  #marchCells(
    previous: Float32Array,
    values: Float32Array,
    near: SliceVertices,
    far: SliceVertices,
  ): void {
    const nz = this.#nz;
    const iso = this.#iso;
    for (let j = 0; j + 1 < this.#ny; j++) {
      for (let k = 0; k + 1 < nz; k++) {
        const at = j * nz + k;
        const signs =
          (previous[at] > iso ? 1 : 0) |
          (previous[at + 1] > iso ? 2 : 0) |
          (previous[at + nz] > iso ? 4 : 0) |
          (previous[at + nz + 1] > iso ? 8 : 0) |
          (values[at] > iso ? 16 : 0) |
          (values[at + 1] > iso ? 32 : 0) |
          (values[at + nz] > iso ? 64 : 0) |
          (values[at + nz + 1] > iso ? 128 : 0);
        if (signs === 0 || signs === 255) continue;
        this.activeCells++;
        this.#addTriangles(CASES[signs], at, near, far);
      }
    }
  }

  #addTriangles(edges: Uint8Array, at: number, near: SliceVertices, far: SliceVertices): void {
    const vertex = (edge: number) => {
      const { axis, corner } = EDGES[edge];
      const slice = corner & 4 ? far : near;
      return slice[axis][at + (corner & 2 ? this.#nz : 0) + (corner & 1)];
    };
    for (let t = 0; t < edges.length; t += 3) {
      this.mesh.addTriangle(vertex(edges[t]), vertex(edges[t + 1]), vertex(edges[t + 2]));
    }
  }
}
