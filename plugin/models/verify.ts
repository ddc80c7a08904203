import { join } from "node:path";
import { throwIfCancelled } from "../core/errors.ts";
import type { HashOptions } from "../files/hash.ts";
import { hashContent } from "./file-hash.ts";
import { stampOf } from "./file-stamp.ts";
import type { InstalledModel } from "./store.ts";

/**
 * What is wrong with the model's files, a line each; empty when each is byte for byte what was
 * installed.
 *
 * @throws ModelError when a file cannot be read, CancelledError.
 */
export async function verifyModel(
  model: InstalledModel,
  { signal, onBytes }: HashOptions = {},
): Promise<string[]> {
  const problems: string[] = [];
  let done = 0;
  for (const [name, { bytes, sha256 }] of Object.entries(model.files)) {
    throwIfCancelled(signal);
    const path = join(model.folder, name);
    const size = (await stampOf(path))?.size;
    if (size === undefined) problems.push(`${name} is missing`);
    else if (size !== bytes) problems.push(`${name} has ${size} bytes instead of ${bytes}`);
    else {
      const onRead = (read: number) => onBytes?.(done + read);
      const found = await hashContent(path, { signal, onBytes: onRead });
      if (found !== sha256) problems.push(`${name} holds other bytes`);
    }
    done += bytes;
  }
  return problems;
}
