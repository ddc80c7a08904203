/** A model's encoder, ready to run: compiled when necessary, in a session on a device. */
import { throwIfCancelled } from "../core/errors.ts";
import type { Triplane } from "../core/field.ts";
import type { Precision } from "../core/precision.ts";
import type { GraphForm } from "../graph/tensor.ts";
import { compileModel } from "../models/compile.ts";
import type { LrmModel } from "../models/lrm.ts";
import { DeviceError } from "./device-error.ts";
import { DeviceSession } from "./device-session.ts";
import { candidateDevices, type Device, type DeviceChoice } from "./providers.ts";
import type { Session } from "./session.ts";
import type { CreateRequest } from "./session-messages.ts";

export interface EncoderOptions {
  readonly cacheDir: string;
  readonly device: DeviceChoice;
  /** Default f32. */
  readonly precision?: Precision | undefined;
  /** Threads of one operator on the CPU; 0, the default, means one per physical core. */
  readonly threads?: number | undefined;
  /** Told, in one line, what was not as wished but could be helped. */
  readonly onWarning?: (message: string) => void;
  /** Told which device has the model now. */
  readonly onDevice?: ((device: Device) => void) | undefined;
}

export interface SessionChoice extends Pick<EncoderOptions, "precision" | "threads"> {
  readonly device: Device;
}

/**
 * On the CPU, weights are rearranged for faster products when a session is made, which copies them:
 * seconds and gigabytes for a large model, which takes its weights from the mapped file instead.
 */
const WORTH_PREPACKING = 100e6;

/**
 * Begins to prepare at once; what goes wrong is thrown by the first `encode`. To be closed.
 */
export class Encoder {
  readonly #model: LrmModel;
  readonly #options: EncoderOptions;
  readonly #session: DeviceSession;

  constructor(model: LrmModel, options: EncoderOptions) {
    this.#model = model;
    this.#options = options;
    this.#session = new DeviceSession({
      devices: candidateDevices(options.device, model.parameterCount),
      choice: options.device,
      load: (session, device, signal) => this.#load(session, device, signal),
      onWarning: options.onWarning,
      onDevice: options.onDevice,
    });
  }

  /** The device of the last picture, or the one to be tried next. */
  get device(): Device {
    return this.#session.device;
  }

  /**
   * The triplane of a picture (1, 3, S, S), sRGB 0..1 as `model.architecture.picture` wants it; its
   * mean and standard deviation are applied by the network itself. Pictures are encoded one after
   * another.
   *
   * @throws CancelledError at once when `signal` is aborted. ModelError or InputError when the model
   * cannot be compiled, loaded or run on any device; the next call then tries anew.
   */
  async encode(
    picture: Float32Array,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<Triplane> {
    throwIfCancelled(options.signal);
    const { picture: convention, triplane } = this.#model.architecture;
    const { size } = convention;
    const feeds = { picture: { shape: [1, 3, size, size], data: picture } };
    const { planes } = await this.#session.run(feeds, options.signal);
    return { ...triplane, data: planes };
  }

  /** Ends the session and its process. What is under way fails. */
  close(): Promise<void> {
    return this.#session.close();
  }

  async #load(session: Session, device: Device, signal: AbortSignal): Promise<void> {
    const { cacheDir, precision, threads } = this.#options;
    const create = (path: string) =>
      session.create(encoderRequest(this.#model, path, { device, precision, threads }));
    const options = { signal, form: graphForm(device, precision) };
    const compiled = await compileModel(this.#model, cacheDir, options);
    try {
      await create(compiled.path);
    } catch (error) {
      // The CPU provider takes any sound file that fits, so a cached one that it refuses is damaged.
      const isRefused = error instanceof DeviceError && device === "cpu" && session.alive;
      if (!isRefused || error.fault === "memory" || compiled.built) throw error;
      const rebuilt = { ...options, rebuild: true };
      await create((await compileModel(this.#model, cacheDir, rebuilt)).path);
    }
  }
}

/** What a session on `device` is told of the compiled model at `path`. */
export function encoderRequest(
  model: LrmModel,
  path: string,
  { device, precision = "f32", threads = 0 }: SessionChoice,
): Omit<CreateRequest, "type"> {
  return {
    model: path,
    device,
    threads,
    extra: {
      session: model.parameterCount < WORTH_PREPACKING ? {} : { disable_prepacking: "1" },
      // Widening short weights once and for all would undo what they save.
      optimization:
        precision === "bf16" || (precision === "f16" && device === "cpu")
          ? { disable_specified_optimizers: "ConstantFolding" }
          : {},
    },
  };
}

/**
 * What suits the device: see graph/ops/attention.ts (CoreML has no such operator, and would leave it
 * to the CPU); processors do not multiply f16.
 */
export function graphForm(device: Device, precision: Precision = "f32"): GraphForm {
  return {
    precision,
    attention: device === "webgpu" || device === "coreml" ? "plain" : "fused",
    halfProducts: device === "cpu" && precision === "f16" ? "widened" : "native",
  };
}
