/** What each precision of a model costs and saves: file, memory, time, and errors against f32. */
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelError, throwIfCancelled } from "../../core/errors.ts";
import { rawDensityLevel, type Triplane } from "../../core/field.ts";
import type { TriangleMesh } from "../../core/mesh.ts";
import type { Precision } from "../../core/precision.ts";
import { foldTriplane } from "../../field/fold.ts";
import type { GraphForm } from "../../graph/tensor.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { loadKernels } from "../../kernels/load.ts";
import { compileModel } from "../../models/compile.ts";
import { type LrmModel, loadDecoder } from "../../models/lrm.ts";
import { encoderRequest, graphForm } from "../../runtime/encoder.ts";
import type { Device } from "../../runtime/providers.ts";
import { Session } from "../../runtime/session.ts";
import { surfaceDistance } from "../surfaces/surface-distance.ts";

export interface PrecisionFigures {
  readonly precision: Precision;
  /** Of the compiled network. */
  readonly fileBytes: number;
  /** Until the session stands; the network is in the cache by then. */
  readonly sessionMs: number;
  /** One picture, median. */
  readonly encodeMs: number;
  /** Median of f32's time over this one's, measured in turns: above 1 is faster than f32. */
  readonly speedup: number;
  /** Largest resident memory of the worker process. */
  readonly peakBytes: number;
  /** |planes - planes of f32| / |planes of f32|, Euclidean. */
  readonly planesError: number;
  /**
   * Chamfer distance of the two iso-surfaces as a share of the f32 mesh's longest side, neither
   * moved to fit the other; undefined when one of them is empty.
   */
  readonly chamfer: number | undefined;
}

/** The figures, or in one line why the device cannot have this precision. */
export type PrecisionOutcome =
  | PrecisionFigures
  | { readonly precision: Precision; readonly problem: string };

export interface PrecisionBenchOptions {
  readonly model: LrmModel;
  /** (1, 3, S, S), as for `Encoder.encode`. */
  readonly picture: Float32Array;
  readonly device: Device;
  readonly precisions: readonly Precision[];
  readonly cacheDir: string;
  /** Lattice points per axis of the compared meshes. */
  readonly resolution: number;
  /** Timed pictures per precision, after one that warms up. */
  readonly repeats: number;
  readonly signal?: AbortSignal | undefined;
  /** Told, in one line, what was not as wished but could be helped. */
  readonly onWarning: (message: string) => void;
}

/**
 * Measures one precision after another. The session of f32 stays open beside each, so that both see
 * the machine in the same state.
 *
 * @throws ModelError when not even f32 runs on the device, CancelledError.
 */
export async function* measurePrecisions(
  options: PrecisionBenchOptions,
): AsyncGenerator<PrecisionOutcome> {
  const bench = new PrecisionBench(options);
  const reference = await bench.open("f32");
  try {
    const exactPlanes = await reference.encode();
    const exactMesh = await bench.surface(exactPlanes);
    for (const precision of options.precisions) {
      throwIfCancelled(options.signal);
      try {
        yield await bench.measure(precision, reference, exactPlanes, exactMesh);
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        yield { precision, problem: error.message };
      }
    }
  } finally {
    await reference.close();
  }
}

interface OpenNetwork {
  readonly fileBytes: number;
  readonly sessionMs: number;
  encode(): Promise<Float32Array>;
  peakMemory(): Promise<number>;
  close(): Promise<void>;
}

class PrecisionBench {
  readonly #options: PrecisionBenchOptions;
  readonly #kernels: Kernels;

  constructor(options: PrecisionBenchOptions) {
    this.#options = options;
    this.#kernels = loadKernels(options);
  }

  async open(precision: Precision, form?: Partial<GraphForm>): Promise<OpenNetwork> {
    const { model, cacheDir, device, picture, signal } = this.#options;
    const { path } = await compileModel(model, cacheDir, {
      form: { ...graphForm(device, precision), ...form },
      signal,
    });
    const session = new Session();
    let sessionMs: number;
    try {
      sessionMs = await elapsedMs(() =>
        session.create(encoderRequest(model, path, { device, precision })),
      );
    } catch (error) {
      await session.close();
      throw error;
    }
    const { size } = model.architecture.picture;
    const feeds = { picture: { shape: [1, 3, size, size], data: picture } };
    return {
      fileBytes: await folderBytes(dirname(path)),
      sessionMs,
      encode: async () => (await session.run(feeds, signal))["planes"],
      peakMemory: () => session.peakMemory(),
      close: () => session.close(),
    };
  }

  async measure(
    precision: Precision,
    reference: OpenNetwork,
    exactPlanes: Float32Array,
    exactMesh: TriangleMesh,
  ): Promise<PrecisionFigures> {
    const network = await this.open(precision);
    try {
      const computed = await network.encode();
      const imitates = precision === "f16" && this.#options.device === "cpu";
      const planes = imitates ? await this.imitatedPlanes() : computed;
      const turns: { own: number; f32: number }[] = [];
      for (let i = 0; i < this.#options.repeats; i++) {
        const own = await elapsedMs(() => network.encode());
        turns.push({ own, f32: await elapsedMs(() => reference.encode()) });
      }
      return {
        precision,
        fileBytes: network.fileBytes,
        sessionMs: network.sessionMs,
        encodeMs: median(turns.map(({ own }) => own)),
        speedup: median(turns.map(({ own, f32 }) => f32 / own)),
        peakBytes: await network.peakMemory(),
        planesError: relativeError(planes, exactPlanes),
        chamfer: chamferShare(await this.surface(planes), exactMesh),
      };
    } finally {
      await network.close();
    }
  }

  /** What a device that multiplies f16 would give. */
  async imitatedPlanes(): Promise<Float32Array> {
    const network = await this.open("f16", { halfProducts: "rounded" });
    try {
      return await network.encode();
    } finally {
      await network.close();
    }
  }

  /** The iso-surface at the model's own density. */
  async surface(planes: Float32Array): Promise<TriangleMesh> {
    const { model, resolution, signal } = this.#options;
    const { triplane, isoDensity, activations } = model.architecture;
    const encoded: Triplane = { ...triplane, data: planes };
    const field = foldTriplane(encoded, await loadDecoder(model));
    const level = rawDensityLevel(isoDensity, activations.density);
    return this.#kernels.extract(field, { resolution, level, method: "sparse" }, { signal });
  }
}

/** A compiled model is a folder: the ONNX file, and weights beside it when they are many. */
async function folderBytes(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function elapsedMs(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function relativeError(values: Float32Array, exact: Float32Array): number {
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < exact.length; i++) {
    difference += (values[i] - exact[i]) ** 2;
    magnitude += exact[i] ** 2;
  }
  return Math.sqrt(difference / magnitude);
}

/** The unit box of `surfaceDistance` is 2 wide. */
function chamferShare(mesh: TriangleMesh, exact: TriangleMesh): number | undefined {
  if (mesh.triangles.length === 0 || exact.triangles.length === 0) return undefined;
  return surfaceDistance(mesh, exact, { alignment: "truth-box" }).chamfer / 2;
}
