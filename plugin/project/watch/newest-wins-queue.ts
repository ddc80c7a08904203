/** The work on one key; must end soon after `signal` is aborted. */
export type Work = (signal: AbortSignal, stepAside: StepAside) => Promise<void>;

/** Lets other work begin while this one rests; resolves when it has rested and there is room again. */
export type StepAside = (rest: Promise<void>) => Promise<void>;

interface Running {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Work by key, in order of arrival and at most `limit` at a time. Of one key only the newest counts:
 * it takes the place of what waits, and what runs is cancelled and has ended before it begins.
 */
export class NewestWinsQueue {
  readonly #limit: number;
  readonly #onChange: () => void;
  readonly #onError: (error: unknown) => void;
  readonly #waiting = new Map<string, Work>();
  readonly #running = new Map<string, Running>();
  /** Running work that rests or waits for room to go on. */
  readonly #aside = new Set<AbortSignal>();
  /** Continues work that has rested. */
  readonly #rested: (() => void)[] = [];
  #isClosed = false;

  /** @param onChange Told when work has ended. @param onError Takes what work is rejected with. */
  constructor(limit: number, onChange: () => void, onError: (error: unknown) => void) {
    this.#limit = limit;
    this.#onChange = onChange;
    this.#onError = onError;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get isEmpty(): boolean {
    return this.#waiting.size + this.#running.size === 0;
  }

  put(key: string, work: Work): void {
    if (this.#isClosed) return;
    this.#waiting.set(key, work);
    this.#running.get(key)?.controller.abort();
    this.#fill();
  }

  /** Cancels the work on `key`; resolves when it has ended. */
  async drop(key: string): Promise<void> {
    this.#waiting.delete(key);
    const running = this.#running.get(key);
    running?.controller.abort();
    await running?.ended;
  }

  /** Cancels everything; resolves when it has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.clear();
    await Promise.all([...this.#running.keys()].map((key) => this.drop(key)));
  }

  get #hasRoom(): boolean {
    return this.#running.size - this.#aside.size < this.#limit;
  }

  #fill(): void {
    while (this.#hasRoom && this.#rested.length > 0) this.#rested.shift()?.();
    for (const [key, work] of this.#waiting) {
      if (!this.#hasRoom) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#run(key, work);
    }
  }

  #run(key: string, work: Work): void {
    const controller = new AbortController();
    const { signal } = controller;
    const ended = work(signal, (rest) => this.#stepAside(signal, rest))
      .catch(this.#onError)
      .then(() => {
        this.#running.delete(key);
        this.#aside.delete(signal);
        this.#fill();
        this.#onChange();
      });
    this.#running.set(key, { controller, ended });
  }

  /** What is cancelled needs no room to end. */
  async #stepAside(signal: AbortSignal, rest: Promise<void>): Promise<void> {
    this.#aside.add(signal);
    this.#fill();
    await rest;
    await new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.#rested.push(() => {
        if (!signal.aborted) this.#aside.delete(signal);
        resolve();
      });
      this.#fill();
    });
  }
}
