import { stat } from "node:fs/promises";
import { systemErrorCode } from "../files/file-errors.ts";

/** Whatever is there; also when it may not be looked at. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
}
