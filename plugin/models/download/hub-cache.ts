/** The cache of Hugging Face's tools, at `HF_HUB_CACHE` or below `HF_HOME`; it is only read. */
import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { isAbsent } from "../file-stamp.ts";
import type { HubLocation } from "./hub.ts";

export interface CachedCopy {
  readonly path: string;
  /** Of the revision that `main` pointed to when the cache was last filled. */
  readonly isMain: boolean;
  /** As the cache names it; undefined on systems without symbolic links. */
  readonly sha256: string | undefined;
}

/** Copies of a file in the Hugging Face cache. They may be damaged. */
export async function findInHubCache({ repo, file }: HubLocation): Promise<CachedCopy[]> {
  const { getHFHubCachePath, getRepoFolderName } = await import("@huggingface/hub");
  const folder = join(getHFHubCachePath(), getRepoFolderName({ type: "model", name: repo }));
  const main = await unlessAbsent(readFile(join(folder, "refs", "main"), "utf8"));
  const revisions = (await unlessAbsent(readdir(join(folder, "snapshots")))) ?? [];
  const copies = revisions.map(async (revision) => {
    const path = join(folder, "snapshots", revision, file);
    const blob = await unlessAbsent(realpath(path));
    if (blob === undefined) return [];
    const sha256 = /^[0-9a-f]{64}$/.exec(basename(blob))?.[0];
    return [{ path, isMain: revision === main?.trim(), sha256 }];
  });
  return (await Promise.all(copies)).flat();
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
