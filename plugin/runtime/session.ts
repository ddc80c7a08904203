/**
 * An ONNX Runtime session in a worker process of its own.
 *
 * A process rather than a thread, because a run cannot be interrupted: ending a thread in the
 * middle of one aborts the whole program, and so does any crash of a provider or its driver. A
 * process can be killed at any time, and takes nothing with it. It costs about 60 ms to start,
 * while the model is being prepared, and a copy of each input and output.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { CancelledError, throwIfCancelled } from "../core/errors.ts";
import { tailOf } from "../core/tail-of.ts";
import { DeviceError } from "./device-error.ts";
import type { Device } from "./providers.ts";
import {
  type Answer,
  type AnswerMessage,
  type Answers,
  type CreateRequest,
  type Feeds,
  KEPT,
  type Outputs,
  type Request,
  type RunRequest,
  type Signature,
} from "./session-messages.ts";

// .ts when run from source, .js when compiled.
const WORKER = new URL(`./session-worker${extname(import.meta.url)}`, import.meta.url);

interface Pending {
  readonly resolve: (value: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts its process, which begins to load ONNX Runtime, at once. Requests are answered in order.
 * When the process ends, pending and later requests fail and `alive` turns false. To be closed.
 */
export class Session {
  readonly #worker: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  /** What the worker has kept of earlier runs, by input. */
  readonly #kept = new Map<string, Float32Array>();
  #lastId = 0;
  /** What its errors are about. */
  #device: Device | undefined;
  #death: Error | undefined;

  constructor() {
    this.#worker = fork(fileURLToPath(WORKER), {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const kill = (): void => this.#kill();
    process.on("exit", kill);
    this.#ended = this.#untilEnd().finally(() => process.off("exit", kill));
    this.#worker.on("error", (error) => this.#die(error.message));
    this.#worker.on("message", (message: AnswerMessage) => this.#settle(message));
  }

  get alive(): boolean {
    const { exitCode, signalCode } = this.#worker;
    return this.#death === undefined && exitCode === null && signalCode === null;
  }

  /**
   * Loads a model, in place of the one before, and says what it takes and gives.
   *
   * @throws DeviceError with ONNX Runtime's reason when the device cannot run it.
   */
  create(request: Omit<CreateRequest, "type">): Promise<Signature> {
    this.#device = request.device;
    this.#kept.clear();
    return this.#request({ type: "create", ...request });
  }

  /**
   * Runs the model; `outputs` names those wanted, by default all.
   *
   * @throws CancelledError at once when `signal` is aborted; unless other requests wait, the process
   * is killed. DeviceError with ONNX Runtime's reason when the run fails.
   */
  async run(feeds: Feeds, signal?: AbortSignal, outputs?: readonly string[]): Promise<Outputs> {
    throwIfCancelled(signal);
    return this.#request({ type: "run", feeds: this.#withoutKept(feeds), outputs }, signal);
  }

  /** Largest resident memory of the process so far, bytes, pages of mapped weights included. */
  peakMemory(): Promise<number> {
    return this.#request({ type: "peak-memory" });
  }

  /** Ends the process; requests under way fail. */
  async close(): Promise<void> {
    if (this.#pending.size > 0 || !this.#worker.connected) this.#kill();
    else this.#worker.disconnect();
    await this.#ended;
  }

  async #request<R extends Request>(request: R, signal?: AbortSignal): Promise<Answers[R["type"]]> {
    throwIfCancelled(signal);
    if (this.#death !== undefined) throw this.#death;
    const id = ++this.#lastId;
    const cancel = (): void => this.#cancel(id);
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        // Where it cannot be sent, the process is ending: how it ends says more than "write EPIPE".
        this.#worker.send({ id, ...request }, () => undefined);
      });
      return answer as Answers[R["type"]];
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  #withoutKept(feeds: Feeds): RunRequest["feeds"] {
    const entries = Object.entries(feeds).map(([name, feed]) => {
      if (feed.keep !== true) return [name, feed] as const;
      if (this.#kept.get(name) === feed.data) return [name, KEPT] as const;
      this.#kept.set(name, feed.data);
      return [name, feed] as const;
    });
    return Object.fromEntries(entries);
  }

  #settle(message: AnswerMessage): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ("failure" in message) pending?.reject(new DeviceError(this.#device, message.failure));
    else pending?.resolve(message.value);
  }

  #cancel(id: number): void {
    this.#pending.get(id)?.reject(new CancelledError());
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#kill();
  }

  async #untilEnd(): Promise<void> {
    try {
      const [[code, signal], errorOutput] = await Promise.all([
        once(this.#worker, "exit"),
        tailOf(this.#worker.stderr ?? []),
      ]);
      this.#die(describeEnd(signal ?? `exit code ${code}`, errorOutput));
    } catch (error) {
      this.#die(error instanceof Error ? error.message : String(error)); // it never started
    }
  }

  #kill(): void {
    this.#die("its process was stopped");
    this.#worker.kill("SIGKILL");
  }

  #die(reason: string): void {
    this.#death ??= new DeviceError(this.#device, reason);
    for (const { reject } of this.#pending.values()) reject(this.#death);
    this.#pending.clear();
  }
}

/** The first error that the process printed says more than how it ended. */
function describeEnd(end: string, errorOutput: string): string {
  const printed = /^\w*Error: .*/m.exec(errorOutput)?.[0];
  return printed ?? `its process ended unexpectedly (${end})`;
}
