import { InputError } from "../core/errors.ts";
import { systemErrorCode } from "../files/file-errors.ts";

/**
 * Runs `work`, which reads and writes below `cacheDir`.
 *
 * @throws InputError when the file system refuses.
 */
export function inCacheFolder<T>(cacheDir: string, work: () => Promise<T>): Promise<T> {
  return inOwnFolder(`cache folder ${cacheDir}`, "MAQUETTE_CACHE", work);
}

/** The same for the models folder. */
export function inModelsFolder<T>(modelsDir: string, work: () => Promise<T>): Promise<T> {
  return inOwnFolder(`models folder ${modelsDir}`, "MAQUETTE_MODELS", work);
}

async function inOwnFolder<T>(
  subject: string,
  variable: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === undefined) throw cause;
    const message = `${subject}: cannot be used (${code})`;
    if (code === "ENOSPC" || code === "EDQUOT") {
      throw new InputError("disk-full", `${message} — free some space or set ${variable}`, {
        cause,
      });
    }
    if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"].includes(code)) {
      throw new InputError(
        "no-permission",
        `${message} — set ${variable} to a folder that you can write to`,
        { cause },
      );
    }
    throw cause;
  }
}
