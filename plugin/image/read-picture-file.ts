import { readFile, stat } from "node:fs/promises";
import { InputError, throwIfCancelled } from "../core/errors.ts";

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

/** Errors that did not come from the file system pass unchanged. */
function readError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return new InputError("not-found", `${path}: does not exist — check the spelling`, {
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new InputError(
        "no-permission",
        `${path}: cannot be read, permission denied — give yourself read access`,
        { cause: error },
      );
    case "ELOOP":
      return new InputError(
        "unreadable",
        `${path}: a symbolic link that leads back to itself — remove the link`,
        { cause: error },
      );
    default:
      return new InputError(
        "unreadable",
        `${path}: cannot be read (${error.code}) — check the disk and the file`,
        { cause: error },
      );
  }
}
