import { randomBytes } from "node:crypto";

/** For a browser to start, ms. */
const VALID_MS = 60_000;

/** Keys that open something once, and not for long. */
export class OneTimeKeys {
  /** When each is no longer valid, `now()`. */
  readonly #ends = new Map<string, number>();
  readonly #now: () => number;

  /** @param now In ms, from any start; replaced in tests. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** 64 hexadecimal digits. */
  issue(): string {
    for (const [key, end] of this.#ends) if (end <= this.#now()) this.#ends.delete(key);
    const key = randomBytes(32).toString("hex");
    this.#ends.set(key, this.#now() + VALID_MS);
    return key;
  }

  /** True the first time, if that is soon enough. */
  take(key: string): boolean {
    const end = this.#ends.get(key);
    this.#ends.delete(key);
    return end !== undefined && end > this.#now();
  }
}
