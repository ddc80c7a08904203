/** What ends a service: Ctrl-C, a signal of the system, or the end of the program that started it. */
import { finished } from "node:stream";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import type { Terminal } from "./terminal.ts";

export interface ServeEnd {
  /** Aborted by the first that comes. */
  readonly signal: AbortSignal;
  /** Says what came; 0 for the end of stdin. */
  readonly exitCode: number;
  stopListening(): void;
}

export interface ServeEndOptions {
  /** Whether the end of stdin counts. */
  readonly whileStdinOpen: boolean;
  readonly onEnd: () => void;
}

/** 128 and the signal's number, as shells have it. */
const EXIT_CODES = { SIGTERM: 143, SIGHUP: 129 } as const;

/** The first that comes calls `onEnd`; a second Ctrl-C ends the process at once. */
export function listenForServeEnd(terminal: Terminal, options: ServeEndOptions): ServeEnd {
  const controller = new AbortController();
  let exitCode = 0;
  const end = (code: number): void => {
    if (controller.signal.aborted) return;
    exitCode = code;
    options.onEnd();
    controller.abort();
  };
  const stops = [
    listenForInterrupt(terminal, () => end(EXIT_CANCELLED)).stopListening,
    onSignal("SIGTERM", end),
    onSignal("SIGHUP", end),
    ...(options.whileStdinOpen ? [onStdinEnd(() => end(0))] : []),
  ];
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    stopListening: () => {
      for (const stop of stops) stop();
    },
  };
}

function onSignal(name: keyof typeof EXIT_CODES, end: (code: number) => void): () => void {
  const listener = (): void => end(EXIT_CODES[name]);
  process.on(name, listener);
  return () => process.off(name, listener);
}

/** What is written there is read and forgotten. */
function onStdinEnd(listener: () => void): () => void {
  const { stdin } = process;
  const stopListening = finished(stdin, { writable: false }, listener);
  stdin.resume();
  return () => {
    stopListening();
    stdin.destroy();
  };
}
