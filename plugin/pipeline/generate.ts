/**
 * A model opened for generating. What only a picture needs, the stages and their libraries among
 * it, is loaded by the first `generate`, so that a batch with nothing to do stays quick.
 */
import type { ModelInfo } from "../core/model-info.ts";
import type { Precision } from "../core/precision.ts";
import type { ViewConvention } from "../core/view-convention.ts";
import { defaultCacheDir } from "../files/cache-folder.ts";
import { UNKNOWN_LICENCE } from "../models/licence.ts";
import { type LrmModel, loadDecoder, openModel } from "../models/lrm.ts";
import { Encoder } from "../runtime/encoder.ts";
import type { FieldKernels } from "../runtime/field-kernels.ts";
import { MatteNetwork } from "../runtime/matte-network.ts";
import { type DeviceChoice, parseDevice } from "../runtime/providers.ts";
import type {
  GenerateRequest,
  GenerateResult,
  Generator,
  GeneratorOptions,
  PictureField,
  ReadFieldRequest,
  StagedResult,
} from "./contract.ts";
import type { ReadingTools } from "./read-picture.ts";

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
  return new PictureGenerator(model, device, options);
}

class PictureGenerator implements Generator {
  readonly model: ModelInfo;
  readonly view: ViewConvention;
  readonly #lrm: LrmModel;
  readonly #device: DeviceChoice;
  readonly #precision: Precision;
  readonly #onWarning: (message: string) => void;
  readonly #onDevice: GeneratorOptions["onDevice"];
  readonly #matteNetwork = new MatteNetwork();
  #encoder: Encoder | undefined;
  #kernels: FieldKernels | undefined;
  #tools: Promise<ReadingTools> | undefined;

  constructor(
    lrm: LrmModel,
    device: DeviceChoice,
    { precision = "f32", onWarning, onDevice }: GeneratorOptions,
  ) {
    this.#lrm = lrm;
    this.#device = device;
    this.#precision = precision;
    this.#onWarning = onWarning;
    this.#onDevice = onDevice;
    const { id, name, preview, licence, weightsSha256, resolution, architecture } = lrm;
    const defaults = { resolution, isoDensity: architecture.isoDensity };
    this.model = { id, name, preview, licence, weightsSha256, precision, defaults };
    this.view = architecture.view;
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    this.#tools ??= this.#prepare();
    const [tools, { makeMesh }] = await Promise.all([this.#tools, import("./make-mesh.ts")]);
    return makeMesh(request, tools);
  }

  async readField(request: ReadFieldRequest): Promise<PictureField> {
    this.#tools ??= this.#prepare();
    const [tools, { readField }] = await Promise.all([this.#tools, import("./picture-field.ts")]);
    return readField(request, tools);
  }

  async generateInStages(request: GenerateRequest): Promise<StagedResult> {
    this.#tools ??= this.#prepare();
    const [tools, { makeMeshInStages }] = await Promise.all([
      this.#tools,
      import("./make-mesh.ts"),
    ]);
    return makeMeshInStages(request, tools);
  }

  async close(): Promise<void> {
    await Promise.all([this.#encoder?.close(), this.#kernels?.close(), this.#matteNetwork.close()]);
  }

  /** The rest loads while the encoder starts. */
  async #prepare(): Promise<ReadingTools> {
    const lrm = this.#lrm;
    const onWarning = this.#onWarning;
    const encoder = new Encoder(lrm, {
      cacheDir: defaultCacheDir(),
      device: this.#device,
      precision: this.#precision,
      onWarning,
      onDevice: this.#onDevice,
    });
    this.#encoder = encoder;
    const [decoder, { loadKernels }, { fieldKernels }] = await Promise.all([
      loadDecoder(lrm),
      import("../kernels/load.ts"),
      import("../runtime/field-kernels.ts"),
    ]);
    const { height, width } = lrm.architecture.triplane;
    const kernels = fieldKernels(
      loadKernels({ onWarning }),
      { decoder, height, width },
      { device: () => encoder.device, onWarning },
    );
    this.#kernels = kernels;
    return { lrm, encoder, decoder, kernels, matteNetwork: this.#matteNetwork };
  }
}
