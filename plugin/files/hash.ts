/** SHA-256, hexadecimal. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Of a file's bytes, which are streamed. Errors of the file system pass unchanged. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
