/**
 * Folders of downloads. Each belongs to one process, whose id is in its name; what a process that
 * has ended left there passes by a rename, which only one of several can win.
 */
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "../../files/file-errors.ts";
import { isRunning } from "../../files/write.ts";
import { removeIfOlder } from "../drafts.ts";

const DOWNLOADS = ".downloads";
const NAME = /^([0-9a-f]{64})\.(\d+)-\d+$/;
/** Nobody comes back to a download this old. */
const STALE_MS = 30 * 24 * 3600 * 1000;

/** Names of this process's claims. */
const held = new Set<string>();
let claimsMade = 0;

export interface Claim {
  /** Exists, with what an earlier download of the same content has left. */
  readonly folder: string;
  /** Leaves the folder to whoever claims it next. */
  release(): void;
}

/** A folder for the file with this hash that no other running download uses. */
export async function claimDownload(modelsDir: string, sha256: string): Promise<Claim> {
  const downloads = join(modelsDir, DOWNLOADS);
  const own = `${sha256}.${process.pid}-${claimsMade++}`;
  held.add(own);
  await mkdir(downloads, { recursive: true });
  for (const name of await readdir(downloads)) {
    const [, hash, pid] = NAME.exec(name) ?? [];
    if (hash === undefined || isHeld(name, Number(pid))) continue;
    const path = join(downloads, name);
    if (hash === sha256) await takeOver(path, join(downloads, own));
    else await removeIfOlder(path, STALE_MS);
  }
  await mkdir(join(downloads, own), { recursive: true });
  return { folder: join(downloads, own), release: () => held.delete(own) };
}

function isHeld(name: string, pid: number): boolean {
  return pid === process.pid ? held.has(name) : isRunning(pid);
}

/** Another process may have been quicker, or this one has taken over another folder already. */
async function takeOver(path: string, own: string): Promise<void> {
  try {
    await rename(path, own);
  } catch (error) {
    const code = systemErrorCode(error) ?? "";
    if (!["ENOENT", "ENOTEMPTY", "EEXIST", "EPERM", "EBUSY"].includes(code)) throw error;
  }
}
