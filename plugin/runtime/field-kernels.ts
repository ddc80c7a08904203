/** Kernels that evaluate the field where the network runs: on a GPU as a session, else natively. */
import type { Kernels } from "../kernels/kernels.ts";
import { DeviceError } from "./device-error.ts";
import type { FieldModel } from "./field-graph.ts";
import { FieldSession } from "./field-session.ts";
import type { Device } from "./providers.ts";
import { sessionKernels } from "./session-kernels.ts";

export interface FieldKernelsOptions {
  /** Where the network runs now. */
  readonly device: () => Device;
  /** Told, in one line, why the field is evaluated on the CPU after all. */
  readonly onWarning: (message: string) => void;
}

/** Only for fields of the model they were made for. To be closed. */
export interface FieldKernels extends Kernels {
  close(): Promise<void>;
}

/** A GPU that fails is not asked again: the work is repeated with `cpu`, after one warning. */
export function fieldKernels(
  cpu: Kernels,
  model: FieldModel,
  options: FieldKernelsOptions,
): FieldKernels {
  const sessions = new FieldSessions(model, options);
  return {
    ...cpu,
    extract: (...request) =>
      sessions.use(
        (session) => sessionKernels(cpu, session).extract(...request),
        () => cpu.extract(...request),
      ),
    evaluate: (...request) =>
      sessions.use(
        (session) => sessionKernels(cpu, session).evaluate(...request),
        () => cpu.evaluate(...request),
      ),
    close: () => sessions.close(),
  };
}

/**
 * A session on each GPU that the network has run on, made when it is first needed. When the network
 * moves on to another, pictures under way may still be using the former.
 */
class FieldSessions {
  readonly #model: FieldModel;
  readonly #options: FieldKernelsOptions;
  readonly #failed = new Set<Device>();
  readonly #sessions = new Map<Device, FieldSession>();

  constructor(model: FieldModel, options: FieldKernelsOptions) {
    this.#model = model;
    this.#options = options;
  }

  async use<T>(work: (session: FieldSession) => Promise<T>, workOnCpu: () => Promise<T>) {
    const device = this.#options.device();
    if (device === "cpu" || this.#failed.has(device)) return workOnCpu();
    try {
      return await work(this.#open(device));
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      if (!this.#failed.has(device)) {
        this.#options.onWarning(`${error.message}; evaluating the field on the CPU`);
      }
      this.#failed.add(device);
      return workOnCpu();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
  }

  #open(device: Device): FieldSession {
    const session = this.#sessions.get(device) ?? new FieldSession(this.#model, device);
    this.#sessions.set(device, session);
    return session;
  }
}
