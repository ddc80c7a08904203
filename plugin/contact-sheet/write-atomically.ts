/** A text file that appears whole or not at all, written piece by piece. */

import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeError } from "../files/file-errors.ts";

/**
 * Replaces `file` by what `write` appends; on failure `file` stays as it was.
 *
 * @throws InputError "disk-full", "no-permission" or "unwritable"; errors of `write` itself pass
 * unchanged.
 */
export async function writeAtomically(
  file: string,
  write: (append: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.maquette-tmp`);
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(draft, "w");
    try {
      await write(async (text) => {
        await handle.appendFile(text, "utf8");
      });
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw writeError(error, file);
  }
}
