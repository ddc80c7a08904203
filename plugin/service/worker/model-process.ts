/** A process of its own with a model in it: requests go there, answers and news come back. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CancelledError } from "../../core/errors.ts";
import type { ModelInfo } from "../../core/model-info.ts";
import type { ProgressListener } from "../../core/progress.ts";
import { tailOf } from "../../core/tail-of.ts";
import type { GenerateRequest, GenerateResult, GeneratorOptions } from "../../pipeline/contract.ts";
import { errorFrom } from "./error-data.ts";
import type { Answer, Answers, MessageFromWorker, MessageToWorker, Request } from "./messages.ts";
import { ProcessCrash, type ProcessEnd } from "./process-crash.ts";

// .ts when run from source, .js when compiled.
const WORKER = new URL(`./generator-worker${extname(import.meta.url)}`, import.meta.url);

/** A stage that computes cannot be interrupted; one that takes longer is ended by force. */
const CLOSE_MS = 3000;
/** How Node ends on an exception that nobody caught. */
const UNCAUGHT = 1;

interface Pending {
  readonly resolve: (value: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ProgressListener | undefined;
}

/** Starts at once. When the process ends, all requests fail and `alive` turns false. To be closed. */
export class ModelProcess {
  /** What the worker says of the model; rejects as `openGenerator` does. */
  readonly model: Promise<ModelInfo>;
  readonly #child: ChildProcess;
  readonly #news: Pick<GeneratorOptions, "onWarning" | "onDevice">;
  readonly #ended: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #death: Error | undefined;

  constructor({ onWarning, onDevice, ...options }: GeneratorOptions) {
    this.#news = { onWarning, onDevice };
    this.#child = fork(fileURLToPath(WORKER), {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#ended = this.#untilEnd();
    this.#child.on("message", (message: MessageFromWorker) => this.#receive(message));
    this.model = this.#request({ type: "open", options });
    this.model.catch(() => undefined); // rejects for whoever awaits it
  }

  get alive(): boolean {
    const { exitCode, signalCode } = this.#child;
    return this.#death === undefined && exitCode === null && signalCode === null;
  }

  /**
   * Tells the worker when `signal` is aborted, and still settles only when that has stopped.
   *
   * @throws ProcessCrash when the process ends by itself, and what `MeshGenerator.generate` does.
   */
  generate({ signal, onProgress, ...request }: GenerateRequest): Promise<GenerateResult> {
    return this.#request({ type: "generate", request }, { signal, onProgress });
  }

  /** Ends the process, in a few seconds at most; requests under way are cancelled. */
  async close(): Promise<void> {
    this.#die(new CancelledError());
    if (this.#child.connected) this.#child.disconnect();
    const patience = new AbortController();
    const force = wait(CLOSE_MS, undefined, { signal: patience.signal }).then(
      () => void this.#child.kill("SIGKILL"),
      () => undefined, // it has ended
    );
    await this.#ended;
    patience.abort();
    await force;
  }

  async #request<R extends Request>(
    request: R,
    { signal, onProgress }: Pick<GenerateRequest, "signal" | "onProgress"> = {},
  ): Promise<Answers[R["type"]]> {
    if (this.#death !== undefined) throw this.#death;
    const id = ++this.#lastId;
    const cancel = (): void => this.#send({ type: "cancel", id });
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        this.#pending.set(id, { resolve, reject, onProgress });
        this.#send({ id, ...request });
      });
      return answer as Answers[R["type"]];
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Where it cannot be sent, the process is ending: how it ends says more than "write EPIPE". */
  #send(message: MessageToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #receive(message: MessageFromWorker): void {
    switch (message.type) {
      case "done":
        this.#take(message.id)?.resolve(message.value);
        break;
      case "failed":
        this.#take(message.id)?.reject(errorFrom(message.error));
        break;
      case "progress":
        this.#pending.get(message.id)?.onProgress?.(message.stage, message.fraction);
        break;
      case "device":
        this.#news.onDevice?.(message.device);
        break;
      case "warning":
        this.#news.onWarning(message.message);
        break;
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  async #untilEnd(): Promise<void> {
    try {
      const [[code, signal], printed] = await Promise.all([
        once(this.#child, "exit"),
        tailOf(this.#child.stderr ?? []),
      ]);
      this.#die(this.#endError({ code, signal, printed }));
    } catch (error) {
      this.#die(error instanceof Error ? error : new Error(String(error))); // it never started
    }
  }

  #endError(end: ProcessEnd): Error {
    if (end.code !== UNCAUGHT) return new ProcessCrash(end, this.#pending.size);
    return errorFrom({
      kind: "bug",
      message: "the model's process ended on an exception that nobody caught",
      stack: end.printed,
    });
  }

  #die(error: Error): void {
    this.#death ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#death);
    this.#pending.clear();
  }
}
