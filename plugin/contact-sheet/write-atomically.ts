/** A text file that appears whole or not at all, written piece by piece. */

import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../core/errors.ts";

/**
 * Replaces `file` by what `write` appends; on failure `file` stays as it was.
 *
 * @throws InputError when the file system refuses; errors of `write` itself pass unchanged.
 */
export async function writeAtomically(
  file: string,
  write: (append: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(draft, "wx");
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
    throw isSystemError(error) ? refusal(file, error) : error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

function refusal(file: string, cause: NodeJS.ErrnoException): InputError {
  switch (cause.code) {
    case "ENOSPC":
    case "EDQUOT":
      return new InputError(
        "disk-full",
        `${file}: cannot be written, the disk is full — free some space`,
        { cause },
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new InputError(
        "no-permission",
        `${file}: cannot be written, permission denied — choose a folder that you can write to`,
        { cause },
      );
    default:
      return new InputError(
        "unwritable",
        `${file}: cannot be written (${cause.code}) — choose another file`,
        { cause },
      );
  }
}
