import { join } from "node:path";
import { throwIfCancelled } from "../core/errors.ts";
import { hashContent } from "./file-hash.ts";
import { stampOf } from "./file-stamp.ts";
import type { InstalledModel } from "./store.ts";

/**
 * What is wrong with the model's files, a line each; empty when each is byte for byte what was
 * installed.
 *
 * @throws ModelError when a file cannot be read, CancelledError.
 */
export async function verifyModel(model: InstalledModel, signal?: AbortSignal): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, { bytes, sha256 }] of Object.entries(model.files)) {
    throwIfCancelled(signal);
    const path = join(model.folder, name);
    const size = (await stampOf(path))?.size;
    if (size === undefined) problems.push(`${name} is missing`);
    else if (size !== bytes) problems.push(`${name} has ${size} bytes instead of ${bytes}`);
    else if ((await hashContent(path)) !== sha256) problems.push(`${name} holds other bytes`);
  }
  return problems;
}
