/**
 * A generator whose model runs in a process of its own, so that a crash of the kernels, of a driver
 * or for want of memory fails one picture and not the service. The next picture starts a new process.
 */
import { cancellable } from "../../core/cancellable.ts";
import { CancelledError, ModelError, throwIfCancelled } from "../../core/errors.ts";
import type { ModelInfo } from "../../core/model-info.ts";
import type {
  GenerateRequest,
  GenerateResult,
  GeneratorOptions,
  MeshGenerator,
} from "../../pipeline/contract.ts";
import { ModelProcess } from "./model-process.ts";
import { ProcessCrash } from "./process-crash.ts";

/**
 * Starts the process and opens the model in it. Errors are those of the generator in the same
 * process; a crash is a ModelError "device" of the picture that was in work.
 *
 * @throws ModelError when there is no such model, InputError for an unknown device.
 */
export async function openWorkerGenerator(options: GeneratorOptions): Promise<MeshGenerator> {
  const process = new ModelProcess(options);
  try {
    return new WorkerGenerator(options, process, await process.model);
  } catch (error) {
    await process.close();
    throw error;
  }
}

class WorkerGenerator implements MeshGenerator {
  readonly model: ModelInfo;
  readonly #options: GeneratorOptions;
  #process: ModelProcess;
  /** Settles when every picture that may have caused a crash has had its turn alone. */
  #suspects: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: GeneratorOptions, process: ModelProcess, model: ModelInfo) {
    this.#options = options;
    this.#process = process;
    this.model = model;
  }

  generate(request: GenerateRequest): Promise<GenerateResult> {
    return cancellable(this.#generate(request), request.signal);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#process.close();
  }

  /** Several pictures can be in work when the process crashes; only one is to blame. */
  async #generate(request: GenerateRequest): Promise<GenerateResult> {
    await this.#suspects;
    try {
      return await this.#attempt(request);
    } catch (error) {
      if (!(error instanceof ProcessCrash) || error.inHand === 1) throw error;
      return this.#attemptAlone(request);
    }
  }

  #attemptAlone(request: GenerateRequest): Promise<GenerateResult> {
    const turn = this.#suspects.then(() => this.#attempt(request));
    this.#suspects = turn.catch(() => undefined); // thrown to whoever asked for the picture
    return turn;
  }

  async #attempt(request: GenerateRequest): Promise<GenerateResult> {
    const process = this.#awake(request.signal);
    assertSameModel(await process.model, this.model);
    throwIfCancelled(request.signal);
    return process.generate(request);
  }

  #awake(signal: AbortSignal | undefined): ModelProcess {
    throwIfCancelled(signal);
    if (this.#isClosed) throw new CancelledError();
    if (!this.#process.alive) this.#process = new ModelProcess(this.#options);
    return this.#process;
  }
}

/** Meshes say which weights they were made with. */
function assertSameModel(found: ModelInfo, expected: ModelInfo): void {
  if (found.weightsSha256 === expected.weightsSha256) return;
  throw new ModelError(
    "mismatch",
    `model ${expected.id}: its weights were replaced meanwhile — start again to use the new ones`,
  );
}
