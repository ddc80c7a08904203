/**
 * Ends this process when its parent has died. A run holds the main thread, for a minute with a large
 * model, so that the closed channel would be heard of too late: a thread of its own looks instead.
 */
import { Worker } from "node:worker_threads";

const LOOK_EVERY_MS = 500;

/** Where there are no orphans, as on Windows, a dead parent's id is no process any more. */
const WATCH = `
const { ppid } = process;
setInterval(() => {
  if (process.ppid !== ppid || !isRunning(ppid)) process.kill(process.pid, "SIGKILL");
}, ${LOOK_EVERY_MS});

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}`;

/** Plain JavaScript without the flags of this process, so that a loader does not start once more. */
export function endWithParent(): void {
  new Worker(WATCH, { eval: true, execArgv: [] }).unref();
}
