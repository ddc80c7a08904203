/** Processes as Linux lists them in /proc. */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

/** Why processes cannot be listed here; undefined when they can. */
export const noProcessList: string | undefined =
  process.platform === "linux" ? undefined : "there is no /proc here";

/** Processes start and end within a second or so; a machine at work may need a minute. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 20;

/** The processes that `pid` started, and theirs. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number | undefined>();
  for (const one of pids) parents.set(one, (await statusOf(one))?.parent);
  const found = [pid];
  for (const one of found) {
    found.push(...pids.filter((candidate) => parents.get(candidate) === one));
  }
  return found.slice(1);
}

/** Resolves with the process below `pid` whose command line holds `word`, once there is one. */
export async function untilStarted(pid: number, word: string): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    for (const one of await descendantsOf(pid)) {
      if ((await commandOf(one)).includes(word)) return one;
    }
    if (performance.now() > deadline) throw new Error(`no ${word} below process ${pid}`);
    await wait(LOOK_EVERY_MS);
  }
}

/** Resolves when none of them runs. @throws when one still does after a long while. */
export async function untilEnded(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (const pid of pids) {
    while (await runs(pid)) {
      if (performance.now() > deadline) throw new Error(`process ${pid} still runs`);
      await wait(LOOK_EVERY_MS);
    }
  }
}

async function runs(pid: number): Promise<boolean> {
  const status = await statusOf(pid);
  return status !== undefined && status.state !== "Z"; // what nobody has waited for has ended too
}

async function commandOf(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it has ended
  }
}

async function statusOf(pid: number): Promise<{ state: string; parent: number } | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name, in brackets, may hold anything.
    const [state = "", parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined; // it has ended
  }
}
