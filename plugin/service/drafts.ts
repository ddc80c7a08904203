/**
 * Files that must appear whole and must not replace another: they are written under a name that is
 * cleaned away when their process was killed, then get their own.
 */
import { randomInt } from "node:crypto";
import { link, lstat, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "../files/file-errors.ts";

/** The largest range `randomInt` has. */
const NUMBERS = 2 ** 48 - 1;

/** A free name that `removeLeftovers` knows. */
export function draftIn(folder: string): string {
  return join(folder, `.${process.pid}-${randomInt(NUMBERS)}.maquette-tmp`);
}

/**
 * Gives the draft its name; false when that is taken. The draft may remain under its old name too.
 * Without hard links another program could take the name between the look and the renaming.
 *
 * @param linkFile Replaced in tests of file systems that have none, or are far away.
 */
export async function placeNew(
  draft: string,
  path: string,
  linkFile: typeof link = link,
): Promise<boolean> {
  try {
    await linkFile(draft, path);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    // A network's file system that asks twice, as the first answer was lost, is refused by itself.
    if (code === "EEXIST") return (await lstat(draft)).nlink > 1;
  }
  // Systems say in many ways that they have no hard links; what else is wrong, renaming tells.
  if (await exists(path)) return false;
  await rename(draft, path);
  return true;
}

export async function removeDraft(draft: string): Promise<void> {
  await rm(draft, { force: true });
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
    return false;
  }
}
