import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** The processes started while `use` runs, oldest first. */
export async function observingWorkers(
  use: (workers: ChildProcess[]) => Promise<void>,
): Promise<void> {
  const workers: ChildProcess[] = [];
  const onStart = (message: unknown): void => {
    workers.push((message as { process: ChildProcess }).process);
  };
  subscribe("child_process", onStart);
  try {
    await use(workers);
  } finally {
    unsubscribe("child_process", onStart);
  }
}
