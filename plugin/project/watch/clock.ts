/** Calls `action` after `ms`; the function it returns prevents that. */
export type Delay = (ms: number, action: () => void) => () => void;

export const realDelay: Delay = (ms, action) => {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
};

/** Resolves after `ms`, or as soon as `signal` is aborted. */
export function pause(ms: number, delay: Delay, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      prevent();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const prevent = delay(ms, end);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });
}
