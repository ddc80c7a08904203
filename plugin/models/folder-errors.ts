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
    if (code === "ENOSPC" || code === "EDQUOT") {
      throw new InputError(
        "disk-full",
        `${subject}: the disk is full — free some space or set ${variable}`,
        { cause },
      );
    }
    const reason = REFUSALS[code];
    if (reason === undefined) throw cause;
    throw new InputError(
      "no-permission",
      `${subject}: cannot be used, ${reason} — set ${variable} to a folder that you can write to`,
      { cause },
    );
  }
}

/** Why the file system refuses, by its error codes. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOTDIR: "a file stands where a folder is needed",
  EEXIST: "a file stands where a folder is needed",
  ENOENT: "it does not exist and cannot be made",
};
