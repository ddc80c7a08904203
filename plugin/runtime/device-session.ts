/** A model in a session on the first device that can run it. */
import { cancellable } from "../core/cancellable.ts";
import { throwIfCancelled } from "../core/errors.ts";
import { DeviceError } from "./device-error.ts";
import type { Device, DeviceChoice } from "./providers.ts";
import { Session } from "./session.ts";
import type { Feeds, Outputs } from "./session-messages.ts";

export interface DeviceSessionOptions {
  /** To be tried, first to last; see `candidateDevices`. */
  readonly devices: readonly Device[];
  /** What the user asked for: a device that was named is missed also when the machine has none. */
  readonly choice: DeviceChoice;
  /** Loads the model into a new session. */
  readonly load: (session: Session, device: Device, signal: AbortSignal) => Promise<void>;
  /** Told, in one line, why a device was passed over, what would fix it and what is used instead. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Told which device has the model now. */
  readonly onDevice?: ((device: Device) => void) | undefined;
}

interface Ready {
  readonly session: Session;
  readonly device: Device;
}

/**
 * Begins to load at once; what goes wrong is thrown by the first `run`. A device that cannot load the
 * model, or fails in the middle of a run, is passed over for good and the run repeated on the next.
 * On the last device a failed run is an error, and the next run starts a new process if need be. To
 * be closed.
 */
export class DeviceSession {
  readonly #options: DeviceSessionOptions;
  readonly #closing = new AbortController();
  #devices: readonly Device[];
  /** Errors of devices that were passed over, not told yet. */
  #missed: readonly DeviceError[] = [];
  #ready: Promise<Ready> | undefined;

  constructor(options: DeviceSessionOptions) {
    this.#options = options;
    this.#devices = options.devices;
    this.#ready = this.#prepare();
    this.#ready.catch(() => {
      // Thrown again by the call that awaits it.
    });
  }

  /** The device of the last run, or the one to be tried next. */
  get device(): Device {
    return this.#devices[0];
  }

  /**
   * See `Session.run`.
   *
   * @throws CancelledError at once when `signal` is aborted, DeviceError when no device can run the
   * model, and what `load` throws.
   */
  async run(feeds: Feeds, signal?: AbortSignal, outputs?: readonly string[]): Promise<Outputs> {
    for (;;) {
      throwIfCancelled(signal);
      const { session, device } = await cancellable(this.#awake(), signal);
      try {
        return await session.run(feeds, signal, outputs);
      } catch (error) {
        if (!this.#passOver(device, error)) throw error;
      }
    }
  }

  /** Ends the session and its process. What is under way fails. */
  async close(): Promise<void> {
    this.#closing.abort();
    const [prepared] = await Promise.allSettled([this.#ready]);
    if (prepared.status === "fulfilled") await prepared.value?.session.close();
  }

  /** The session, prepared again when that failed before, its process died or its device did. */
  async #awake(): Promise<Ready> {
    throwIfCancelled(this.#closing.signal);
    this.#ready ??= this.#prepare();
    const awaited = this.#ready;
    try {
      const ready = await awaited;
      if (ready.session.alive && ready.device === this.device) return ready;
      await ready.session.close();
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

  /** Each device gets a process of its own: one that failed may have left something behind. */
  async #prepare(): Promise<Ready> {
    const { signal } = this.#closing;
    for (;;) {
      const session = new Session(); // loads ONNX Runtime while the model is being read
      const { device } = this;
      try {
        await cancellable(this.#options.load(session, device, signal), signal);
        this.#tellMissed(device);
        this.#options.onDevice?.(device);
        return { session, device };
      } catch (error) {
        await session.close();
        if (this.#passOver(device, error)) continue;
        if (error instanceof DeviceError) this.#tellMissed(device);
        throw error;
      }
    }
  }

  /** Whether there is another device to try in place of one that failed. */
  #passOver(device: Device, error: unknown): boolean {
    if (!(error instanceof DeviceError) || this.#closing.signal.aborted) return false;
    if (device !== this.device) return true; // another run has found out before
    const [, next] = this.#devices;
    if (next === undefined) return false;
    this.#devices = this.#devices.slice(1);
    const isMissed = error.fault !== "absent" || device === this.#options.choice;
    if (isMissed) this.#missed = [...this.#missed, error];
    return true;
  }

  /** Only now is it known which device took their place. */
  #tellMissed(device: Device): void {
    for (const { message } of this.#missed) {
      this.#options.onWarning?.(`${message}; going on with ${device}`);
    }
    this.#missed = [];
  }
}
