/** SHA-256, hexadecimal. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { throwIfCancelled } from "../core/errors.ts";

export interface HashOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes are done, now and then. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Of a file's bytes, which are streamed. Errors of the file system pass unchanged.
 *
 * @throws CancelledError soon after `signal` is aborted.
 */
export async function sha256OfFile(
  path: string,
  { signal, onBytes }: HashOptions = {},
): Promise<string> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    throwIfCancelled(signal);
    hash.update(chunk);
    bytes += chunk.length;
    onBytes?.(bytes);
  }
  return hash.digest("hex");
}

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
