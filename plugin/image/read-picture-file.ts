import { readFile, stat } from "node:fs/promises";
import { InputError, throwIfCancelled } from "../core/errors.ts";
import { readError } from "../files/file-errors.ts";

const MAX_FILE_MEGABYTES = 256;

/**
 * The bytes of a picture file, at most 256 MB.
 *
 * @throws InputError in one line for whatever keeps the file from being read.
 */
export async function readPictureFile(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  try {
    const { size } = await checkedStat(path);
    if (size === 0) {
      throw new InputError("unreadable", `${path}: the file is empty — save the picture again`);
    }
    if (size > MAX_FILE_MEGABYTES * 1e6) {
      throw new InputError(
        "too-large",
        `${path}: is ${Math.ceil(size / 1e6)} MB, the limit is ${MAX_FILE_MEGABYTES} MB — export the picture smaller`,
      );
    }
    return await readFile(path, { signal });
  } catch (error) {
    throwIfCancelled(signal);
    throw readError(error, path);
  }
}

/** Only plain files are opened: reading a pipe or a device might never end. */
async function checkedStat(path: string): Promise<{ size: number }> {
  const status = await stat(path);
  if (status.isFile()) return status;
  const what = status.isDirectory() ? "a folder" : "a device or a pipe";
  throw new InputError("unreadable", `${path}: is ${what}, not a file — name the picture itself`);
}
