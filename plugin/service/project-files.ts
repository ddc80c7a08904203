/** Files that clients may read: those of the project and its folders, and nothing links lead to. */
import { readFile, realpath } from "node:fs/promises";
import { InputError } from "../core/errors.ts";
import { readError, systemErrorCode } from "../files/file-errors.ts";
import { isInside } from "../project/paths.ts";

/**
 * Where the file at `path` really is.
 *
 * @param label How errors name the file.
 * @param places Absolute folders, one of which must hold it; those that are missing do not count.
 * @throws InputError "no-permission" when it is elsewhere, or why it cannot be read.
 */
export async function realFile(
  path: string,
  label: string,
  places: readonly string[],
): Promise<string> {
  const real = await inUsersWords(realpath(path), label);
  const allowed = await Promise.all(places.map(realFolder));
  if (allowed.some((folder) => folder !== undefined && isInside(real, folder))) return real;
  throw new InputError(
    "no-permission",
    `${label}: is a link that leads out of the project's folders — copy the file into one of them`,
  );
}

/** The file's bytes, as `realFile` permits them. @throws InputError like it. */
export async function readProjectFile(
  path: string,
  label: string,
  places: readonly string[],
): Promise<Buffer> {
  return await inUsersWords(readFile(await realFile(path, label, places)), label);
}

async function realFolder(folder: string): Promise<string | undefined> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

async function inUsersWords<T>(work: Promise<T>, label: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw readError(error, label);
  }
}
