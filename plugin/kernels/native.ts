/** The kernels of the native addon; the only place that knows its functions. */
import { createRequire } from "node:module";
import { CancelledError, ModelError } from "../core/errors.ts";
import type { FoldedField } from "../core/field.ts";
import type { TriangleMesh } from "../core/mesh.ts";
import type { Rendering } from "../core/rendering.ts";
import { latticePieces, latticeTexels } from "../field/lattice-texels.ts";
import type { KernelOptions, Kernels } from "./kernels.ts";
import {
  requireFinite,
  requirePoints,
  requireRays,
  requireResolution,
  requireShape,
} from "./requests.ts";

/** [0] is set to cancel, [1] is the progress in 0..PROGRESS_STEPS. */
type Control = Int32Array<SharedArrayBuffer>;
const CANCEL = 0;
const PROGRESS = 1;
const PROGRESS_STEPS = 1000;
const PROGRESS_INTERVAL_MS = 50;

interface Addon {
  extract(
    field: FoldedField,
    request: { resolution: number; level: number; sparse: boolean },
    control: Control,
  ): Promise<AddonSurface>;
  evaluate(
    field: FoldedField,
    points: Float32Array,
    options: object,
    control: Control,
  ): Promise<Float32Array>;
  prepareBounds(field: FoldedField, resolution: number): AddonBounds;
  boundBoxes(
    bounds: AddonBounds,
    boxes: Int32Array,
    options: object,
    control: Control,
  ): Promise<Float64Array>;
  render(
    field: FoldedField,
    origins: Float32Array,
    directions: Float32Array,
    request: { uniform: boolean; expDensity: boolean; samples: number; boxRadius: number },
    control: Control,
  ): Promise<Rendering>;
  marchingCubes(
    volume: Float32Array,
    size: readonly [number, number, number],
    iso: number,
    closed: boolean,
    options: object,
    control: Control,
  ): Promise<TriangleMesh>;
}

interface AddonSurface extends TriangleMesh {
  readonly evaluatedPoints: number;
  readonly boundedBlocks: number;
  readonly activeCells: number;
  readonly missedBlocks: number;
}

/** Opaque: memory of the addon, freed when nothing refers to it. */
type AddonBounds = object;

/** @throws Error, from the module loader, when the folder has no addon for this machine. */
export function openNativeKernels(folder: string): Kernels {
  const require = createRequire(import.meta.url);
  const load = require("node-gyp-build") as (folder: string) => Addon;
  return nativeKernels(load(folder));
}

function nativeKernels(addon: Addon): Kernels {
  return {
    name: "native",

    async extract(field, { resolution, level, method }, options) {
      requireResolution(resolution);
      const request = { resolution, level, sparse: method === "sparse" };
      const { positions, triangles, evaluatedPoints, boundedBlocks, activeCells, missedBlocks } =
        await controlled(options, (control) => addon.extract(field, request, control));
      const stats = { evaluatedPoints, boundedBlocks, activeCells, misses: missedBlocks };
      return { positions, triangles, stats };
    },

    async evaluate(field, points, options) {
      requirePoints(points);
      return controlled(options, (control) => addon.evaluate(field, points, {}, control));
    },

    blockBounds: (field, resolution) => {
      requireResolution(resolution);
      const bounds = addon.prepareBounds(field, resolution);
      return {
        resolution,
        pieces: latticePieces(latticeTexels(field, resolution)),
        bound: (boxes) => controlled({}, (control) => addon.boundBoxes(bounds, boxes, {}, control)),
      };
    },

    async render(field, request, options) {
      requireRays(request);
      const { origins, directions } = request.rays;
      const { marcher, samples, boxRadius } = request.march;
      const march = {
        uniform: marcher === "uniform",
        expDensity: field.activations.density === "exp",
        samples,
        boxRadius,
      };
      return requireFinite(
        await controlled(options, (control) =>
          addon.render(field, origins, directions, march, control),
        ),
      );
    },

    async marchingCubes(volume, size, iso, closed, options) {
      requireShape(volume, size);
      return controlled(options, (control) =>
        addon.marchingCubes(volume, size, iso, closed, {}, control),
      );
    },
  };
}

/** Runs native work with the options' signal and progress, and turns its errors into ours. */
async function controlled<T>(
  { signal, onProgress }: KernelOptions = {},
  run: (control: Control) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw new CancelledError();
  const control: Control = new Int32Array(new SharedArrayBuffer(8));
  const cancel = () => Atomics.store(control, CANCEL, 1);
  const report = () => onProgress?.(Atomics.load(control, PROGRESS) / PROGRESS_STEPS);
  const timer = onProgress ? setInterval(report, PROGRESS_INTERVAL_MS) : undefined;
  signal?.addEventListener("abort", cancel);
  try {
    const result = await run(control);
    onProgress?.(1);
    return result;
  } catch (error) {
    throw translated(error);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

function translated(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "CANCELLED") return new CancelledError();
  if (error.code === "BAD_VALUE") {
    return new ModelError("bad-value", error.message, { cause: error });
  }
  return error;
}
