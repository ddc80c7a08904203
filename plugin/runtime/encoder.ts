/** A model's encoder, ready to run: compiled when necessary, in a session on a device. */
import { throwIfCancelled } from "../core/errors.ts";
import type { Triplane } from "../core/field.ts";
import { compileModel } from "../models/compile.ts";
import type { LrmModel } from "../models/lrm.ts";
import { cancellable } from "./cancellable.ts";
import { candidateProviders, type Device, firstWorking, type Provider } from "./providers.ts";
import { Session } from "./session.ts";

export interface EncoderOptions {
  readonly cacheDir: string;
  readonly device: Device;
  /** Threads of one operator on the CPU; 0, the default, means one per physical core. */
  readonly threads?: number;
  /** Told, in one line, what was not as wished but could be helped. */
  readonly onWarning?: (message: string) => void;
}

interface Ready {
  readonly session: Session;
  readonly provider: Provider;
}

/**
 * Begins to prepare the model's encoder and returns at once; what goes wrong is thrown by the first
 * `encode`. To be closed.
 */
export function createEncoder(model: LrmModel, options: EncoderOptions): Encoder {
  return new Encoder(model, options);
}

export class Encoder {
  readonly #model: LrmModel;
  readonly #options: EncoderOptions;
  readonly #closing = new AbortController();
  #ready: Promise<Ready> | undefined;

  constructor(model: LrmModel, options: EncoderOptions) {
    this.#model = model;
    this.#options = options;
    this.#ready = this.#prepare();
    this.#ready.catch(() => {
      // Thrown again by the call that awaits it.
    });
  }

  /** The execution provider in use, once it is known. */
  async provider(): Promise<Provider> {
    return (await this.#awake()).provider;
  }

  /**
   * The triplane of a picture (1, 3, S, S), sRGB 0..1 as `model.architecture.picture` wants it; its
   * mean and standard deviation are applied by the network itself. Pictures are encoded one after
   * another.
   *
   * @throws CancelledError at once when `signal` is aborted. ModelError or InputError when the model
   * cannot be compiled, loaded or run; the next call then tries anew, in a new process if need be.
   */
  async encode(
    picture: Float32Array,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<Triplane> {
    const { signal } = options;
    throwIfCancelled(signal);
    const { size } = this.#model.architecture.picture;
    const { session } = await cancellable(this.#awake(), signal);
    const feeds = { picture: { shape: [1, 3, size, size], data: picture } };
    const { planes } = await session.run(feeds, signal);
    return { ...this.#model.architecture.triplane, data: planes };
  }

  /** Ends the session and its process. What is under way fails. */
  async close(): Promise<void> {
    this.#closing.abort();
    const [prepared] = await Promise.allSettled([this.#ready]);
    if (prepared.status === "fulfilled") await prepared.value?.session.close();
  }

  /** The session, prepared again when preparing it failed before or its process died. */
  async #awake(): Promise<Ready> {
    throwIfCancelled(this.#closing.signal);
    this.#ready ??= this.#prepare();
    const awaited = this.#ready;
    try {
      const ready = await awaited;
      if (ready.session.alive) return ready;
    } catch (error) {
      this.#forget(awaited);
      throw error;
    }
    this.#forget(awaited);
    return this.#awake();
  }

  #forget(ready: Promise<Ready>): void {
    if (this.#ready === ready) this.#ready = undefined;
  }

  async #prepare(): Promise<Ready> {
    const session = new Session(); // loads ONNX Runtime while the model is being compiled
    try {
      const { signal } = this.#closing;
      return { session, provider: await cancellable(this.#load(session), signal) };
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async #load(session: Session): Promise<Provider> {
    const { cacheDir, device, onWarning = ignore } = this.#options;
    const { signal } = this.#closing;
    const compiled = await compileModel(this.#model, cacheDir, { signal });
    const attempt = async (provider: Provider): Promise<Provider> => {
      try {
        await this.#create(session, compiled.path, provider);
      } catch (error) {
        // The CPU provider takes any sound file, so a cached one that it refuses is damaged.
        if (provider !== "cpu" || compiled.built || !session.alive) throw error;
        const { path } = await compileModel(this.#model, cacheDir, { signal, rebuild: true });
        await this.#create(session, path, provider);
      }
      return provider;
    };
    return firstWorking(candidateProviders(device), attempt, onWarning);
  }

  #create(session: Session, model: string, provider: Provider): Promise<void> {
    return session.create({ model, provider, threads: this.#options.threads ?? 0 });
  }
}

function ignore(): void {
  // Warnings that nobody asked for.
}
