import { InputError } from "../core/errors.ts";
import { systemErrorCode } from "../files/file-errors.ts";

/**
 * Runs `work`, which reads and writes below `cacheDir`.
 *
 * @throws InputError when the file system refuses.
 */
export async function inCacheFolder<T>(cacheDir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === undefined) throw cause;
    const message = `cache folder ${cacheDir}: cannot be used (${code})`;
    if (code === "ENOSPC" || code === "EDQUOT") {
      throw new InputError("disk-full", `${message} — free some space or set MAQUETTE_CACHE`, {
        cause,
      });
    }
    if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"].includes(code)) {
      throw new InputError(
        "no-permission",
        `${message} — set MAQUETTE_CACHE to a folder that you can write to`,
        { cause },
      );
    }
    throw cause;
  }
}
