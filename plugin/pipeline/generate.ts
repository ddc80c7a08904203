/**
 * A model opened for generating. What only a picture needs, the stages and their libraries among
 * it, is loaded by the first `generate`, so that a batch with nothing to do stays quick.
 */
import type { ModelInfo } from "../core/model-info.ts";
import { defaultCacheDir } from "../files/cache-folder.ts";
import { UNKNOWN_LICENCE } from "../models/licence.ts";
import { type LrmModel, loadDecoder, openModel } from "../models/lrm.ts";
import { createEncoder, type Encoder } from "../runtime/encoder.ts";
import { type DeviceChoice, parseDevice } from "../runtime/providers.ts";
import type { GenerateRequest, GenerateResult, Generator, GeneratorOptions } from "./contract.ts";

/**
 * Opens a model for generating; its weights are loaded by the first `generate`.
 *
 * @throws ModelError when there is no such model, InputError for an unknown device.
 */
export async function openGenerator(options: GeneratorOptions): Promise<Generator> {
  const device = parseDevice(options.device);
  const model = await openModel(options.model, defaultCacheDir());
  if (model.licence.spdx === UNKNOWN_LICENCE.spdx) {
    options.onWarning(
      `model ${model.id}: states no licence — find out before you publish meshes made with it`,
    );
  }
  return new PictureGenerator(model, device, options.onWarning);
}

type MakeMesh = (request: GenerateRequest) => Promise<GenerateResult>;

class PictureGenerator implements Generator {
  readonly model: ModelInfo;
  readonly #lrm: LrmModel;
  readonly #device: DeviceChoice;
  readonly #onWarning: (message: string) => void;
  #encoder: Encoder | undefined;
  #makeMesh: Promise<MakeMesh> | undefined;

  constructor(lrm: LrmModel, device: DeviceChoice, onWarning: (message: string) => void) {
    this.#lrm = lrm;
    this.#device = device;
    this.#onWarning = onWarning;
    const { id, name, preview, licence, weightsSha256, resolution, architecture } = lrm;
    const defaults = { resolution, isoDensity: architecture.isoDensity };
    this.model = { id, name, preview, licence, weightsSha256, defaults };
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    this.#makeMesh ??= this.#prepare();
    const makeMesh = await this.#makeMesh;
    return makeMesh(request);
  }

  async close(): Promise<void> {
    await this.#encoder?.close();
  }

  /** The rest loads while the encoder starts. */
  async #prepare(): Promise<MakeMesh> {
    const lrm = this.#lrm;
    const onWarning = this.#onWarning;
    const encoder = createEncoder(lrm, {
      cacheDir: defaultCacheDir(),
      device: this.#device,
      onWarning,
    });
    this.#encoder = encoder;
    const [decoder, { makeMesh }, { loadKernels }] = await Promise.all([
      loadDecoder(lrm),
      import("./make-mesh.ts"),
      import("../kernels/load.ts"),
    ]);
    const kernels = loadKernels({ onWarning });
    return (request) => makeMesh(request, { lrm, encoder, decoder, kernels });
  }
}
