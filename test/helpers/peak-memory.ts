import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { systemErrorCode } from "../../plugin/files/file-errors.ts";

export interface PeakMemory {
  /** Largest resident sizes, bytes: of the process, and of its largest child. */
  readonly process: number;
  readonly child: number;
}

const POLL_MS = 100;

/**
 * The peak memory of a process and its children, asked of Linux until the process is gone; NaN on
 * other systems. The kernel keeps the peaks, so polling misses only what happens just before an end.
 */
export async function peakMemory(pid: number): Promise<PeakMemory> {
  let peak: PeakMemory = { process: Number.NaN, child: Number.NaN };
  for (;;) {
    const own = await highWaterMark(pid);
    if (own === undefined) return peak;
    const children = await Promise.all((await childrenOf(pid)).map(highWaterMark));
    const known = children.filter((bytes) => bytes !== undefined);
    peak = { process: own, child: Math.max(peak.child || 0, ...known) };
    await setTimeout(POLL_MS);
  }
}

/** Undefined when there is no such process, or it has ended. */
async function highWaterMark(pid: number): Promise<number | undefined> {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(await readProc(`${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
}

async function childrenOf(pid: number): Promise<number[]> {
  const list = await readProc(`${pid}/task/${pid}/children`);
  return list.split(" ").filter(Boolean).map(Number);
}

/** Empty when the process has ended meanwhile, or the system has no /proc. */
async function readProc(path: string): Promise<string> {
  try {
    return await readFile(`/proc/${path}`, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(systemErrorCode(error) ?? "")) return "";
    throw error;
  }
}
