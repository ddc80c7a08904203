import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { systemErrorCode } from "../../files/file-errors.ts";

/** What tells of a file, without reading it, whether it is the same and as it was. */
export interface FileStamp {
  /** Stays when the file is renamed; that of a deleted file does not come back. */
  readonly identity: string;
  /** Differs after the file was written. */
  readonly version: string;
}

/** Undefined when there is no file, or none that can be looked at. */
export async function stampOf(path: string): Promise<FileStamp | undefined> {
  try {
    return stampFrom(await stat(path));
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** The same as long as a folder is; undefined when there is none, or none that can be looked at. */
export async function folderIdentity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path);
    return `${dev}:${ino}`;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** The time of birth goes with the inode's number, which file systems give to a next file. */
function stampFrom({ dev, ino, birthtimeMs, size, mtimeMs }: Stats): FileStamp {
  const identity = `${dev}:${ino}:${birthtimeMs}`;
  return { identity, version: `${identity}:${size}:${mtimeMs}` };
}
