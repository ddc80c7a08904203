/** The work on one key; must end soon after `signal` is aborted. */
export type Work = (signal: AbortSignal) => Promise<void>;

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

  #fill(): void {
    for (const [key, work] of this.#waiting) {
      if (this.#running.size >= this.#limit) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#run(key, work);
    }
  }

  #run(key: string, work: Work): void {
    const controller = new AbortController();
    const ended = work(controller.signal)
      .catch(this.#onError)
      .then(() => {
        this.#running.delete(key);
        this.#fill();
        this.#onChange();
      });
    this.#running.set(key, { controller, ended });
  }
}
