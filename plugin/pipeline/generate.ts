/** Picture -> GLB: the only place that knows the order of the stages. */
import type { Decoder } from "../core/field.ts";
import type { ModelInfo } from "../core/model-info.ts";
import { writeGlb } from "../gltf/write.ts";
import { decodePicture } from "../image/decode.ts";
import { cutOut } from "../image/matte.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { loadKernels } from "../kernels/load.ts";
import { cleanMesh } from "../mesh/clean.ts";
import { frameMesh } from "../mesh/frame.ts";
import { addNormals } from "../mesh/normals.ts";
import { orderMesh } from "../mesh/order.ts";
import { simplifyMesh } from "../mesh/simplify.ts";
import { defaultCacheDir } from "../models/cache-folder.ts";
import { type LrmModel, loadDecoder, openModel } from "../models/lrm.ts";
import { createEncoder, type Encoder } from "../runtime/encoder.ts";
import { type Device, parseDevice } from "../runtime/providers.ts";
import {
  type GenerateRequest,
  type GenerateResult,
  type Generator,
  type GeneratorOptions,
  PIPELINE_VERSION,
} from "./contract.ts";
import { extractSurface, surfaceColours } from "./extract-surface.ts";
import { readPicture } from "./read-picture.ts";
import { StageClock } from "./stage-clock.ts";

/**
 * Opens a model for generating; its weights are loaded by the first `generate`.
 *
 * @throws ModelError when there is no such model, InputError for an unknown device.
 */
export async function openGenerator(options: GeneratorOptions): Promise<Generator> {
  const device = parseDevice(options.device);
  const model = await openModel(options.model, defaultCacheDir());
  return new PictureGenerator(model, device, options.onWarning);
}

/** What is needed to work, prepared once. */
interface Workshop {
  readonly encoder: Encoder;
  readonly decoder: Promise<Decoder>;
  readonly kernels: Kernels;
}

class PictureGenerator implements Generator {
  readonly model: ModelInfo;
  readonly #lrm: LrmModel;
  readonly #device: Device;
  readonly #onWarning: (message: string) => void;
  #workshop: Workshop | undefined;

  constructor(lrm: LrmModel, device: Device, onWarning: (message: string) => void) {
    this.#lrm = lrm;
    this.#device = device;
    this.#onWarning = onWarning;
    const { id, name, preview, licence, weightsSha256, resolution, isoDensity } = lrm;
    this.model = {
      id,
      name,
      preview,
      licence,
      weightsSha256,
      defaults: { resolution, isoDensity },
    };
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const { encoder, decoder, kernels } = this.#open();
    const { settings, signal } = request;
    const stages = new StageClock(request.onProgress, signal);
    const warnings: string[] = [];

    const { image } = await stages.run("decode", () =>
      decodePicture(request.picturePath, { signal }),
    );
    const matte = await stages.run("matte", () => cutOut(image, request.picturePath));
    warnings.push(...matte.warnings);
    const reading = await stages.run("encode", async () =>
      readPicture(matte, { lrm: this.#lrm, encoder, decoder: await decoder, kernels, signal }),
    );
    if (reading.warning !== undefined) warnings.push(reading.warning);
    const { field } = reading;

    const extracted = await stages.run("extract", (onProgress) =>
      extractSurface(kernels, field, settings, { signal, onProgress }),
    );
    if (extracted.warning !== undefined) warnings.push(extracted.warning);
    const { positions, triangles } = extracted.surface;
    const colours = await stages.run("colour", async (onProgress) =>
      reading.restoreColours(
        await surfaceColours(kernels, field, positions, { signal, onProgress }),
      ),
    );
    const cleaned = await stages.run("clean", () => cleanMesh({ positions, triangles, colours }));
    const simplified = await stages.run("simplify", () =>
      simplifyMesh(cleaned.mesh, { triangles: settings.triangles }),
    );
    const framed = frameMesh(simplified.mesh, {
      axes: this.#lrm.frameAxes,
      size: settings.size,
    });
    const glb = await stages.run("write", () =>
      writeGlb(orderMesh(addNormals(framed.mesh)), {
        name: request.name,
        generator: `Maquette pipeline ${PIPELINE_VERSION}`,
      }),
    );
    const { requested, achieved, error, reason } = simplified;
    return {
      glb,
      report: {
        matte: matte.method,
        triangles: { requested, achieved, error, ...(reason !== undefined && { reason }) },
        bounds: framed.bounds,
        dropped: {
          components: cleaned.floaters.components + cleaned.innerShells.components,
          volumeShare: cleaned.floaters.volumeShare,
        },
        warnings,
        timingsMs: stages.timingsMs,
      },
    };
  }

  async close(): Promise<void> {
    await this.#workshop?.encoder.close();
  }

  #open(): Workshop {
    this.#workshop ??= {
      encoder: createEncoder(this.#lrm, {
        cacheDir: defaultCacheDir(),
        device: this.#device,
        onWarning: this.#onWarning,
      }),
      decoder: loadDecoder(this.#lrm),
      kernels: loadKernels({ onWarning: this.#onWarning }),
    };
    return this.#workshop;
  }
}
