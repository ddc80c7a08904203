/** Is the GLB on disk the one that was written, or has somebody else put work into it? */
import { open } from "node:fs/promises";
import { readError, systemErrorCode } from "../files/file-errors.ts";
import { sha256OfFile } from "../files/hash.ts";

/** "foreign" was saved by another program; "altered" is anything else, say a damaged file. */
export type GlbState = "absent" | "intact" | "altered" | "foreign";

/** The JSON chunk of a GLB starts with `asset`, which names the generator. */
const HEAD_BYTES = 4096;

/** @param expectedSha256 Hash in the sidecar; undefined when no GLB was recorded. */
export async function checkGlb(path: string, expectedSha256?: string): Promise<GlbState> {
  try {
    if (expectedSha256 !== undefined && (await sha256OfFile(path)) === expectedSha256) {
      return "intact";
    }
    const head = await headOf(path);
    const isOurs = /"generator"\s*:\s*"[^"]*maquette/i.test(head);
    return head.startsWith("glTF") && !isOurs ? "foreign" : "altered";
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemErrorCode(error) ?? "")) return "absent";
    throw readError(error, path);
  }
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await file.close();
  }
}
