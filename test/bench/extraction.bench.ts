import isosurface from "isosurface";
import type {
  Activations,
  Decoder,
  DenseLayer,
  FoldedField,
  Triplane,
} from "../../plugin/core/field.ts";
import { rawDensityLevel } from "../../plugin/core/field.ts";
import { foldTriplane } from "../../plugin/field/fold.ts";
import type { Kernels } from "../../plugin/kernels/kernels.ts";
import { loadKernels } from "../../plugin/kernels/load.ts";
import { det } from "../helpers/det.ts";
import { RELU_ACTIVATIONS, SILU_ACTIVATIONS } from "../helpers/fields.ts";
import { evaluateUnfolded } from "../helpers/unfolded-field.ts";
import { type Figure, median } from "./figure.ts";

export const title =
  "Extraction on fields of VFusion3D's and TripoSR's size, with an object-like surface";

const LEVEL = rawDensityLevel(1, "softplus");
const FINE = 512;
const REPEATS = 5;

/** Texels of a plane, a side. */
const TEXELS = 64;

/** What a family's field is made of. */
interface FieldKind {
  readonly activations: Activations;
  readonly channels: number;
  readonly hiddenLayers: number;
  /** Of the weights that hand a unit's value on: what its activation takes is made up for. */
  readonly identity: number;
}

const VFUSION3D: FieldKind = {
  activations: RELU_ACTIVATIONS,
  channels: 80,
  hiddenLayers: 3,
  identity: 1,
};
const TRIPOSR: FieldKind = {
  activations: SILU_ACTIVATIONS,
  channels: 40,
  hiddenLayers: 9,
  identity: 1.6,
};

export async function* run(): AsyncIterable<Figure> {
  const kernels = loadKernels({ onWarning: (message) => console.log(message) });
  const { triplane, decoder } = objectLikeField(VFUSION3D);
  const field = foldTriplane(triplane, decoder);
  yield* sparseAgainstDense(kernels, field);
  yield await foldedAgainstUnfolded(kernels, field, triplane, decoder);
  yield* marchingCubesAlone(kernels);
  yield* deepSparseAgainstDense(kernels);
}

async function* sparseAgainstDense(kernels: Kernels, field: FoldedField): AsyncIterable<Figure> {
  const sparseAt = (resolution: number) => () =>
    kernels.extract(field, { resolution, level: LEVEL, method: "sparse" });
  const memory = await peakExtraMemory(sparseAt(FINE));
  const { stats } = await sparseAt(FINE)();
  const half = await medianOf(REPEATS, sparseAt(FINE / 2));
  const fine = await medianOf(REPEATS, sparseAt(FINE));
  const dense = await medianOf(3, () =>
    kernels.extract(field, { resolution: FINE, level: LEVEL, method: "dense" }),
  );
  const share = (count: number) => (100 * count) / FINE ** 3;
  yield {
    name: "cells the surface crosses",
    value: share(stats.activeCells),
    unit: "%",
    atMost: 1,
  };
  yield { name: "points evaluated", value: share(stats.evaluatedPoints), unit: "%" };
  yield { name: "sparse 512^3", value: fine, unit: "ms" };
  yield { name: "dense 512^3", value: dense, unit: "ms" };
  yield { name: "sparse over dense", value: dense / fine, unit: "x", atLeast: 25 };
  yield { name: "sparse 512^3 costs, of 256^3", value: fine / half, unit: "x", atMost: 5 };
  yield { name: "peak extra memory of sparse 512^3", value: memory, unit: "MB", atMost: 400 };
}

/** Ten SiLU layers: each relaxes the one before, so far smaller blocks are decided. */
async function* deepSparseAgainstDense(kernels: Kernels): AsyncIterable<Figure> {
  const { triplane, decoder } = objectLikeField(TRIPOSR);
  const field = foldTriplane(triplane, decoder);
  const resolution = 256;
  const extract = (method: "sparse" | "dense") =>
    kernels.extract(field, { resolution, level: LEVEL, method });
  const { stats } = await extract("sparse");
  const sparse = await medianOf(3, () => extract("sparse"));
  const dense = await medianOf(1, () => extract("dense"));
  const share = (100 * stats.evaluatedPoints) / resolution ** 3;
  yield { name: "10 SiLU layers, 256^3: points evaluated", value: share, unit: "%" };
  yield { name: "10 SiLU layers: wrong bounds", value: stats.misses, unit: "", atMost: 0 };
  yield { name: "10 SiLU layers: sparse 256^3", value: sparse, unit: "ms" };
  yield { name: "10 SiLU layers: dense 256^3", value: dense, unit: "ms" };
  yield { name: "10 SiLU layers: sparse over dense", value: dense / sparse, unit: "x" };
}

/** Dense native extraction against the definition of the field in TypeScript, per point. */
async function foldedAgainstUnfolded(
  kernels: Kernels,
  field: FoldedField,
  triplane: Triplane,
  decoder: Decoder,
): Promise<Figure> {
  const resolution = 128;
  const sample = det([3 * 4096], 5);
  const dense = await medianOf(3, () =>
    kernels.extract(field, { resolution, level: LEVEL, method: "dense" }),
  );
  const unfolded = await medianOf(3, async () => evaluateUnfolded(triplane, decoder, sample));
  const perPoint = dense / resolution ** 3;
  const ratio = unfolded / 4096 / perPoint;
  return { name: "dense native over unfolded TypeScript", value: ratio, unit: "x", atLeast: 4 };
}

/** On one dense grid; `isosurface` asks for each sample through a callback that reads the grid. */
async function* marchingCubesAlone(kernels: Kernels): AsyncIterable<Figure> {
  const n = 256;
  const volume = lumpyBall(n);
  const ours = await medianOf(REPEATS, () => kernels.marchingCubes(volume, [n, n, n], 0, false));
  const theirs = await medianOf(3, async () =>
    isosurface.marchingCubes([n, n, n], (x, y, z) => volume[(x * n + y) * n + z]),
  );
  yield { name: "marching cubes on 256^3 values", value: ours, unit: "ms" };
  yield { name: "over the package isosurface", value: theirs / ours, unit: "x", atLeast: 5 };
}

async function medianOf(repeats: number, body: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await body();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** In MB, sampled while `body` works on other threads. */
async function peakExtraMemory(body: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 2);
  await body();
  look();
  clearInterval(timer);
  return (peak - before) / 2 ** 20;
}

/**
 * A lumpy ball: channel 0 of the planes sums up to the squared distance from the centre, the others
 * are smooth waves. The decoder's units are ramps of the distance at many radii, disturbed by the
 * waves and by dense random weights in every layer.
 */
function objectLikeField({ activations, channels, hiddenLayers, identity }: FieldKind): {
  triplane: Triplane;
  decoder: Decoder;
} {
  const triplane = { channels, height: TEXELS, width: TEXELS, data: smoothPlanes(channels) };
  const widths = [3 * channels, ...Array<number>(hiddenLayers).fill(64), 4];
  const layers = widths.slice(1).map((rows, i) => denseLayer(rows, widths[i], i, identity));
  const [first, last] = [layers[0], layers[hiddenLayers]];
  const disturbance = det([first.rows, first.columns], 31, 0.15);
  for (let row = 0; row < first.rows; row++) {
    const sign = row % 2 === 0 ? 1 : -1;
    for (let c = 0; c < first.columns; c++) {
      const isDistance = c % channels === 0;
      first.weight[row * first.columns + c] = isDistance
        ? -sign
        : disturbance[row * first.columns + c] / Math.sqrt(channels);
    }
    first.bias[row] = sign * (0.05 + (0.9 * row) / first.rows);
    last.weight[row] = 2 * sign;
  }
  const decoder = { activations, layers };
  last.bias[0] += LEVEL - meanDensityAtRadius(triplane, decoder, 0.6);
  return { triplane, decoder };
}

/** A multiple of the identity plus random weights of the size networks have. */
function denseLayer(rows: number, columns: number, index: number, identity: number): DenseLayer {
  const weight = det([rows, columns], 40 + index, 0.5 / Math.sqrt(columns));
  for (let i = 0; i < Math.min(rows, columns); i++) weight[i * columns + i] += identity;
  return { rows, columns, weight, bias: det([rows], 50 + index, 0.1) };
}

function smoothPlanes(channels: number): Float32Array {
  const data = new Float32Array(3 * channels * TEXELS * TEXELS);
  const waves = det([3 * channels, 4], 61);
  for (let i = 0; i < data.length; i++) {
    const u = ((i % TEXELS) + 0.5) * (2 / TEXELS) - 1;
    const v = ((Math.floor(i / TEXELS) % TEXELS) + 0.5) * (2 / TEXELS) - 1;
    const channel = Math.floor(i / TEXELS ** 2);
    const [a, b, c, d] = waves.subarray(4 * channel, 4 * channel + 4);
    data[i] =
      channel % channels === 0
        ? (u * u + v * v) / 2
        : Math.cos(8 * a * u + 3 * c) * Math.cos(8 * b * v + 3 * d);
  }
  return data;
}

function meanDensityAtRadius(triplane: Triplane, decoder: Decoder, radius: number): number {
  const directions = det([3 * 256], 71);
  const points = directions.map((value, i) => {
    const [x, y, z] = directions.subarray(i - (i % 3), i - (i % 3) + 3);
    return (radius * value) / Math.hypot(x, y, z);
  });
  const densities = evaluateUnfolded(triplane, decoder, points).filter((_, i) => i % 4 === 0);
  return densities.reduce((sum, density) => sum + density, 0) / densities.length;
}

function lumpyBall(n: number): Float32Array {
  const volume = new Float32Array(n ** 3);
  const at = (i: number) => (2 * i) / (n - 1) - 1;
  for (let i = 0; i < volume.length; i++) {
    const [x, y, z] = [at(Math.floor(i / n ** 2)), at(Math.floor(i / n) % n), at(i % n)];
    volume[i] =
      0.7 - Math.hypot(x, y, z) + 0.05 * Math.sin(12 * x) * Math.sin(12 * y) * Math.sin(12 * z);
  }
  return volume;
}
