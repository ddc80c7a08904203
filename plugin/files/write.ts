/**
 * Files appear whole or not at all: bytes go to a dot-file in the same folder, reach the disk, and
 * the dot-file is renamed. (The package write-file-atomic ignores short writes, so a disk that fills
 * up would leave a truncated file under the final name.)
 */
import { constants } from "node:fs";
import { access, type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { throwIfCancelled } from "../core/errors.ts";
import { systemErrorCode, writeError } from "./file-errors.ts";

export type WriteFile = (path: string, data: Uint8Array | string) => Promise<void>;

/**
 * The process that writes the file, then a number of its own. Without the file's name, which may be
 * as long as the file system allows.
 */
const TEMPORARY = /^\.(\d+)-\d+\.maquette-tmp$/;
let filesBegun = 0;

/**
 * @param openFile Opens the temporary file; replaced in tests of failing disks.
 * @throws InputError "disk-full", "no-permission" or "unwritable"; a former file is untouched then.
 */
export async function writeFileAtomically(
  path: string,
  data: Uint8Array | string,
  openFile: typeof open = open,
): Promise<void> {
  const replacing = replaceFile(path, (file) => file.writeFile(data), openFile);
  await inUsersWords(path, replacing);
}

/**
 * The same for files that belong together: none is put in its place before all are written.
 *
 * @throws InputError as above, CancelledError when `signal` is aborted while they are written.
 */
export async function writeFilesAtomically(
  files: readonly { readonly path: string; readonly data: Uint8Array }[],
  signal?: AbortSignal,
  openFile: typeof open = open,
): Promise<void> {
  const written: string[] = [];
  try {
    for (const { path, data } of files) {
      throwIfCancelled(signal);
      const writing = writeTemporary(path, (file) => file.writeFile(data), openFile);
      written.push(await inUsersWords(path, writing));
    }
    for (const [k, { path }] of files.entries()) await inUsersWords(path, rename(written[k], path));
  } catch (error) {
    await Promise.all(written.map(removeTemporary));
    throw error;
  }
}

async function inUsersWords<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw writeError(error, path);
  }
}

/**
 * Puts what `write` writes in the place of `path`, whose folder is made when it is missing. When
 * `write` or the file system fails the error passes unchanged and a former file is untouched.
 */
export async function replaceFile(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  openFile: typeof open = open,
): Promise<void> {
  const temporary = await writeTemporary(path, write, openFile);
  try {
    await rename(temporary, path);
  } catch (error) {
    await removeTemporary(temporary);
    throw error;
  }
}

/** Writes a dot-file beside `path` and returns its name; nothing stays when that fails. */
async function writeTemporary(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  openFile: typeof open,
): Promise<string> {
  const temporary = join(dirname(path), `.${process.pid}-${filesBegun++}.maquette-tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await openFile(temporary, "w");
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    return temporary;
  } catch (error) {
    await removeTemporary(temporary);
    throw error;
  }
}

async function removeTemporary(path: string): Promise<void> {
  await rm(path, { force: true }).catch(unlessSystemError);
}

/**
 * @param flag What chooses another folder, for the message.
 * @throws InputError "no-permission" when nothing can be written to `folder` or created there,
 * "unwritable" when it is a file.
 */
export async function assertWritable(folder: string, flag: string): Promise<void> {
  try {
    await access(`${folder}/`, constants.W_OK | constants.X_OK); // with the slash a file is ENOTDIR
  } catch (error) {
    const parent = dirname(folder);
    if (systemErrorCode(error) === "ENOENT" && parent !== folder)
      return assertWritable(parent, flag);
    throw writeError(error, folder, flag);
  }
}

/** Removes what killed runs left in `folder`; files of processes that still run are kept. */
export async function removeLeftovers(folder: string): Promise<void> {
  try {
    const leftovers = (await readdir(folder)).filter((name) => isLeftover(name));
    await Promise.all(leftovers.map((name) => rm(join(folder, name), { force: true })));
  } catch (error) {
    unlessSystemError(error);
  }
}

function isLeftover(name: string): boolean {
  const pid = TEMPORARY.exec(name)?.[1];
  return pid !== undefined && !isRunning(Number(pid));
}

/** True when a process has this id, whoever owns it. */
export function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
}

/** Tidying up may fail where writing failed; that adds nothing to what is reported already. */
function unlessSystemError(error: unknown): void {
  if (systemErrorCode(error) === undefined) throw error;
}
