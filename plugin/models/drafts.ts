/**
 * Folders in the making, which become visible by one rename. Their names begin with a mark, so that
 * what a killed process left behind is found and goes after a day.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { stampOf } from "./file-stamp.ts";

export const DRAFT_MARK = ".draft-";

const STALE_MS = 24 * 3600 * 1000;

/** Removes stale drafts from `folder`, which exists. */
export async function removeStaleDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(DRAFT_MARK)) await removeIfOlder(join(folder, name), STALE_MS);
  }
}

/** Removes a folder in which nothing was created for so long. */
export async function removeIfOlder(folder: string, ageMs: number): Promise<void> {
  const stamp = await stampOf(folder);
  if (stamp !== undefined && stamp.mtimeMs < Date.now() - ageMs) {
    await rm(folder, { recursive: true, force: true });
  }
}
