import { mkdir, statfs } from "node:fs/promises";
import { formatBytes } from "../core/bytes.ts";
import { InputError } from "../core/errors.ts";

/** @throws InputError "disk-full" unless `bytes` fit on the models folder's disk. */
export async function assertFreeSpace(
  modelsDir: string,
  bytes: number,
  subject: string,
): Promise<void> {
  await mkdir(modelsDir, { recursive: true });
  const { bavail, bsize } = await statfs(modelsDir);
  const free = bavail * bsize;
  if (bytes <= free) return;
  throw new InputError(
    "disk-full",
    `${subject}: needs ${formatBytes(bytes)} in ${modelsDir}, where ${formatBytes(free)} are free — free some space, or set MAQUETTE_MODELS to a folder on another disk`,
  );
}
