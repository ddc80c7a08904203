/**
 * Files that are being written. One is settled when nothing was heard of it for a while and two looks
 * at it, some time apart, find the same: programs write pictures piece by piece, and file systems do
 * not tell of every piece.
 */
import type { Delay } from "./clock.ts";
import { stampOf } from "./file-stamp.ts";

/** Between two looks; a picture is taken up after two of them. */
const LOOK_MS = 150;

export class Settling {
  /** Per path, what prevents its next look. */
  readonly #looks = new Map<string, () => void>();
  readonly #delay: Delay;
  readonly #onSettled: (path: string) => void;
  readonly #onError: (error: unknown) => void;

  constructor(delay: Delay, onSettled: (path: string) => void, onError: (error: unknown) => void) {
    this.#delay = delay;
    this.#onSettled = onSettled;
    this.#onError = onError;
  }

  get isEmpty(): boolean {
    return this.#looks.size === 0;
  }

  has(path: string): boolean {
    return this.#looks.has(path);
  }

  /** Something happened to the file, its end included. */
  touch(path: string): void {
    this.#looks.get(path)?.();
    this.#wait(path, "not looked at");
  }

  clear(): void {
    for (const prevent of this.#looks.values()) prevent();
    this.#looks.clear();
  }

  #wait(path: string, former: string | undefined): void {
    const prevent = this.#delay(LOOK_MS, () => {
      stampOf(path)
        .then((stamp) => {
          if (this.#looks.get(path) !== prevent) return; // touched meanwhile
          if (stamp?.version !== former) return this.#wait(path, stamp?.version);
          this.#looks.delete(path);
          this.#onSettled(path);
        })
        .catch(this.#onError);
    });
    this.#looks.set(path, prevent);
  }
}
