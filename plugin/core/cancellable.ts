import { CancelledError } from "./errors.ts";

/**
 * The outcome of `work`, or CancelledError at once when `signal` is aborted first. The work itself
 * is not stopped; its outcome is dropped.
 */
export function cancellable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new CancelledError());
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    if (signal.aborted) onAbort();
  });
}
