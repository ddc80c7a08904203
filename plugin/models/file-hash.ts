/** SHA-256 of big files, remembered in the cache folder so that a file is read once. */
import { join, resolve } from "node:path";
import { z } from "zod";
import { CancelledError, ModelError } from "../core/errors.ts";
import { systemErrorCode } from "../files/file-errors.ts";
import { type HashOptions, sha256, sha256OfFile } from "../files/hash.ts";
import { replaceFile } from "../files/write.ts";
import { readRecord } from "./cache-record.ts";
import { FILE_STAMP, sameStamp, stampOf } from "./file-stamp.ts";
import { inCacheFolder } from "./folder-errors.ts";

const RECORD = z.object({ path: z.string(), stamp: FILE_STAMP, sha256: z.string().length(64) });

/**
 * Hexadecimal SHA-256 of an existing file's content.
 *
 * @throws ModelError when the file cannot be read, InputError when the cache folder cannot be used.
 */
export async function fileHash(path: string, cacheDir: string): Promise<string> {
  const absolute = resolve(path);
  const stamp = await stampOf(absolute);
  const recordPath = join(cacheDir, "hashes", `${sha256(absolute)}.json`);
  const known = await inCacheFolder(cacheDir, () => readRecord(recordPath, RECORD));
  if (known?.path === absolute && sameStamp(known.stamp, stamp)) return known.sha256;

  const record = { path: absolute, stamp, sha256: await hashContent(absolute) };
  await inCacheFolder(cacheDir, () =>
    replaceFile(recordPath, (file) => file.writeFile(JSON.stringify(record))),
  );
  return record.sha256;
}

/** The same, always from the content. @throws ModelError when the file cannot be read, CancelledError. */
export async function hashContent(path: string, options?: HashOptions): Promise<string> {
  try {
    return await sha256OfFile(path, options);
  } catch (cause) {
    if (cause instanceof CancelledError) throw cause;
    throw new ModelError(
      "unreadable",
      `${path}: cannot be read (${systemErrorCode(cause)}) — check the model's folder`,
      { cause },
    );
  }
}
