/** Folders of numbered pictures: 000.png, 001.png, ... */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeError } from "./file-errors.ts";

const FRAME = /^(\d{3})\.png$/;

/**
 * Removes the frames of a longer sequence that stood in `folder` before, from number `count` on.
 *
 * @throws InputError when the folder cannot be read or changed.
 */
export async function removeFramesFrom(folder: string, count: number): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      const number = FRAME.exec(name)?.[1];
      if (number !== undefined && Number(number) >= count) await rm(join(folder, name));
    }
  } catch (error) {
    throw writeError(error, folder);
  }
}
