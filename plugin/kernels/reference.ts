/** The kernels in TypeScript: the oracle for the native ones, and their fallback. */
import { setImmediate } from "node:timers/promises";
import type { BlockField } from "../core/block-field.ts";
import { throwIfCancelled } from "../core/errors.ts";
import { evaluateField } from "../field/evaluate.ts";
import { createBlockBounds, createLatticeField } from "../field/lattice.ts";
import { RayMarcher } from "../render/march.ts";
import { type DenseMesh, marchSlices } from "../surface/marching-cubes.ts";
import { extractBlocks, placement } from "./block-surface.ts";
import type { ExtractRequest, KernelOptions, Kernels } from "./kernels.ts";
import {
  requireFinite,
  requirePoints,
  requireRays,
  requireResolution,
  requireShape,
} from "./requests.ts";

/** Points between two looks at the event loop: some 20 ms of work. */
const BATCH = 4096;

/** Rays between two looks at the event loop. */
const RAYS = 32;

/** Slices of the lattice that dense extraction evaluates together. */
const SLAB = 8;

export const referenceKernels: Kernels = {
  name: "typescript",

  async extract(field, request, options = {}) {
    requireResolution(request.resolution);
    const lattice = createLatticeField(field, request.resolution);
    return request.method === "dense"
      ? extractDense(lattice, request, options)
      : extractBlocks(lattice, request.level, options);
  },

  async evaluate(field, points, { signal, onProgress } = {}) {
    requirePoints(points);
    const values = new Float32Array((points.length / 3) * 4);
    for (let first = 0; first < points.length; first += 3 * BATCH) {
      await pause(signal);
      const part = points.subarray(first, first + 3 * BATCH);
      values.set(evaluateField(field, part), (first / 3) * 4);
      onProgress?.(Math.min((first + 3 * BATCH) / points.length, 1));
    }
    return values;
  },

  blockBounds: (field, resolution) => {
    requireResolution(resolution);
    return createBlockBounds(field, resolution);
  },

  async render(field, request, { signal, onProgress } = {}) {
    requireRays(request);
    const marcher = new RayMarcher(field, request);
    const count = request.rays.origins.length / 3;
    for (let first = 0; first < count; first += RAYS) {
      await pause(signal);
      const last = Math.min(first + RAYS, count);
      marcher.march(first, last);
      onProgress?.(last / count);
    }
    return requireFinite(marcher.rendering);
  },

  async marchingCubes(volume, size, iso, closed, { signal, onProgress } = {}) {
    requireShape(volume, size);
    const [nx, ny, nz] = size;
    const slice = async (i: number) => {
      await pause(signal);
      onProgress?.((i + 1) / nx);
      return volume.subarray(i * ny * nz, (i + 1) * ny * nz);
    };
    const mesh = await marchSlices({ size, slice }, iso, closed, (index) => index);
    return { positions: mesh.positions, triangles: mesh.triangles };
  },
};

/** Evaluates every lattice point, a slab at a time. */
async function extractDense(
  lattice: BlockField,
  { resolution, level }: ExtractRequest,
  { signal, onProgress }: KernelOptions,
) {
  const points = resolution * resolution;
  let slab = new Float32Array(0);
  const slice = async (i: number) => {
    if (i % SLAB === 0) slab = await evaluateSlab(lattice, i, signal);
    onProgress?.((i + 1) / resolution);
    return slab.subarray((i % SLAB) * points, ((i % SLAB) + 1) * points);
  };
  const size = [resolution, resolution, resolution] as const;
  const mesh: DenseMesh = await marchSlices({ size, slice }, level, true, placement(resolution));
  const { positions, triangles, activeCells } = mesh;
  return {
    positions,
    triangles,
    stats: { evaluatedPoints: points * resolution, boundedBlocks: 0, activeCells, misses: 0 },
  };
}

/** (SLAB, resolution, resolution) values from x = `first` on, by blocks that share plane samples. */
async function evaluateSlab(
  lattice: BlockField,
  first: number,
  signal: AbortSignal | undefined,
): Promise<Float32Array<ArrayBuffer>> {
  const { resolution } = lattice;
  const depth = Math.min(SLAB, resolution - first);
  const slab = new Float32Array(depth * resolution * resolution);
  for (let j = 0; j < resolution; j += SLAB) {
    await pause(signal);
    for (let k = 0; k < resolution; k += SLAB) {
      const height = Math.min(SLAB, resolution - j);
      const width = Math.min(SLAB, resolution - k);
      const points = depth * height * width;
      const values = await lattice.evaluate({
        boxes: Int32Array.of(first, j, k, first + depth - 1, j + height - 1, k + width - 1),
        offsets: Uint32Array.of(0, points),
        points: Uint16Array.from({ length: points }, (_, point) => point),
      });
      for (let row = 0; row < depth * height; row++) {
        const i = Math.floor(row / height);
        const target = (i * resolution + j + (row % height)) * resolution + k;
        slab.set(values.subarray(row * width, (row + 1) * width), target);
      }
    }
  }
  return slab;
}

/** Lets the event loop turn; an abort then takes effect. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  throwIfCancelled(signal);
  await setImmediate();
  throwIfCancelled(signal);
}
