import type { Terminal } from "./terminal.ts";

export const EXIT_CANCELLED = 130;

export interface Interrupt {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  stopListening(): void;
}

/** The first Ctrl-C cancels and calls `onCancel`, the second ends the process. */
export function listenForInterrupt(terminal: Terminal, onCancel: () => void): Interrupt {
  const controller = new AbortController();
  const stopListening = terminal.onInterrupt(() => {
    if (controller.signal.aborted) terminal.exit(EXIT_CANCELLED);
    onCancel();
    controller.abort();
  });
  return { signal: controller.signal, stopListening };
}
