/**
 * The embedded model on the WebGPU provider, for real, on a GPU in software. Some hundred times
 * slower than a GPU, so one picture and a coarse lattice must do.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type FoldedField, rawDensityLevel, type Triplane } from "../../plugin/core/field.ts";
import { foldTriplane } from "../../plugin/field/fold.ts";
import { defaultCacheDir } from "../../plugin/files/cache-folder.ts";
import type { ExtractedSurface, Kernels } from "../../plugin/kernels/kernels.ts";
import { loadKernels } from "../../plugin/kernels/load.ts";
import { compileModel } from "../../plugin/models/compile.ts";
import { type LrmModel, loadDecoder, openModel } from "../../plugin/models/lrm.ts";
import { Encoder } from "../../plugin/runtime/encoder.ts";
import { fieldKernels } from "../../plugin/runtime/field-kernels.ts";
import type { Device } from "../../plugin/runtime/providers.ts";
import { Session } from "../../plugin/runtime/session.ts";
import { withEnvironment } from "../helpers/environment.ts";
import { testUnless } from "../helpers/skip.ts";
import { softwareGpuEnvironment } from "../helpers/swiftshader.ts";

const test = suite("WebGPU");

/** Of the planes, relative to their largest value: what the same network in f32 may differ by. */
const PLANE_TOLERANCE = 1e-3;
/** Of the vertices of either mesh may have none of the other within half a lattice cell. */
const STRAY_SHARE = 0.01;
const RESOLUTION = 48;

const environment = await softwareGpuEnvironment();
const unavailable =
  environment === undefined ? "no software GPU: needs @sparticuz/chromium on Linux x64" : undefined;

const cacheDir = defaultCacheDir();

/** (1, 3, S, S): a red ball with a blue right half on white. */
function ballPicture(size: number): Float32Array {
  const data = new Float32Array(3 * size * size).fill(1);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (Math.hypot(x - size / 2, y - size / 2) > 0.35 * size) continue;
      const colour = x < size / 2 ? [0.8, 0.1, 0.1] : [0.1, 0.2, 0.8];
      colour.forEach((value, channel) => {
        data[(channel * size + y) * size + x] = value;
      });
    }
  }
  return data;
}

function fail(message: string): never {
  throw new Error(message);
}

async function encodeOn(device: Device, model: LrmModel, picture: Float32Array): Promise<Triplane> {
  const encoder = new Encoder(model, { cacheDir, device, onWarning: fail });
  try {
    return await encoder.encode(picture);
  } finally {
    await encoder.close();
  }
}

/** Largest difference over largest magnitude. */
function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  let [difference, magnitude] = [0, 0];
  expected.forEach((value, i) => {
    difference = Math.max(difference, Math.abs(value - actual[i]));
    magnitude = Math.max(magnitude, Math.abs(value));
  });
  return difference / magnitude;
}

/** Share of the vertices of `a` that are farther than `limit` from every vertex of `b`. */
function strayShare(a: Float32Array, b: Float32Array, limit: number): number {
  let strays = 0;
  for (let i = 0; i < a.length; i += 3) {
    let isNear = false;
    for (let j = 0; j < b.length && !isNear; j += 3) {
      isNear = Math.hypot(a[i] - b[j], a[i + 1] - b[j + 1], a[i + 2] - b[j + 2]) <= limit;
    }
    if (!isNear) strays++;
  }
  return strays / (a.length / 3);
}

testUnless(unavailable, test, "planes and mesh of the embedded model are those of the CPU", () =>
  withEnvironment(environment ?? {}, async () => {
    const model = await openModel("maquette-tiny", cacheDir);
    const { architecture } = model;
    const picture = ballPicture(architecture.picture.size);
    const onCpu = await encodeOn("cpu", model, picture);
    const onGpu = await encodeOn("webgpu", model, picture);
    const difference = relativeDifference(onGpu.data, onCpu.data);
    assert.ok(difference < PLANE_TOLERANCE, `planes differ by ${difference}`);

    const decoder = await loadDecoder(model);
    const cpu = loadKernels({ onWarning: () => undefined });
    const { height, width } = architecture.triplane;
    const gpu = fieldKernels(
      cpu,
      { decoder, height, width },
      { device: () => "webgpu", onWarning: fail },
    );
    const level = rawDensityLevel(architecture.isoDensity, architecture.activations.density);
    const extract = (kernels: Kernels, field: FoldedField): Promise<ExtractedSurface> =>
      kernels.extract(field, { resolution: RESOLUTION, level, method: "sparse" });
    const expected = await extract(cpu, foldTriplane(onCpu, decoder));
    const surface = await extract(gpu, foldTriplane(onGpu, decoder));
    await gpu.close();

    assert.ok(expected.positions.length > 3 * 1000);
    const halfCell = 1 / (RESOLUTION - 1);
    const strays = strayShare(expected.positions, surface.positions, halfCell);
    const invented = strayShare(surface.positions, expected.positions, halfCell);
    assert.ok(strays < STRAY_SHARE, `${strays} of the CPU's vertices are missing`);
    assert.ok(invented < STRAY_SHARE, `${invented} of the GPU's vertices are its own`);
  }),
);

testUnless(unavailable, test, "no node of the embedded model is left to the CPU", () =>
  withEnvironment(environment ?? {}, async () => {
    const model = await openModel("maquette-tiny", cacheDir);
    const { path } = await compileModel(model, cacheDir, { form: { attention: "plain" } });
    const session = new Session();
    try {
      const extra = { session: { disable_cpu_ep_fallback: "1" } };
      await session.create({ model: path, device: "webgpu", threads: 0, extra });
    } finally {
      await session.close();
    }
  }),
);

test.run();
