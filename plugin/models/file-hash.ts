/** SHA-256 of big files, remembered in the cache folder so that a file is read once. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { writeToCache } from "./cache-folder.ts";
import { readRecord } from "./cache-record.ts";
import { FILE_STAMP, sameStamp, stampOf } from "./file-stamp.ts";

const RECORD = z.object({ path: z.string(), stamp: FILE_STAMP, sha256: z.string().length(64) });

/** Hexadecimal SHA-256 of an existing file's content. */
export async function fileHash(path: string, cacheDir: string): Promise<string> {
  const absolute = resolve(path);
  const folder = join(cacheDir, "hashes");
  const recordPath = join(folder, `${sha256(absolute)}.json`);
  const stamp = await stampOf(absolute);
  const known = await readRecord(recordPath, RECORD);
  if (known?.path === absolute && sameStamp(known.stamp, stamp)) return known.sha256;

  const hash = createHash("sha256");
  await pipeline(createReadStream(absolute, { highWaterMark: 1 << 20 }), hash);
  const record = { path: absolute, stamp, sha256: hash.digest("hex") };
  await writeToCache(cacheDir, async () => {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(recordPath, JSON.stringify(record));
  });
  return record.sha256;
}

/** Hexadecimal SHA-256 of a text. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
