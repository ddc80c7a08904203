/**
 * Cheap change detection: a file with the recorded size and modification time is taken to have the
 * recorded content.
 */
import { stat } from "node:fs/promises";
import { z } from "zod";
import { systemErrorCode } from "../files/file-errors.ts";

export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
}

export const FILE_STAMP: z.ZodType<FileStamp> = z.object({ size: z.number(), mtimeMs: z.number() });

/** Undefined when there is no such file. */
export async function stampOf(path: string): Promise<FileStamp | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, mtimeMs };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export function sameStamp(a: FileStamp | undefined, b: FileStamp | undefined): boolean {
  return a !== undefined && a.size === b?.size && a.mtimeMs === b.mtimeMs;
}

export function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(systemErrorCode(error) ?? "");
}
