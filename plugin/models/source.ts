/** A model's file, wherever it comes from, brought to this machine for as long as it is needed. */
import { constants, copyFile, link, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { CancelledError, isExpectedError, ModelError } from "../core/errors.ts";
import { readError, systemErrorCode } from "../files/file-errors.ts";
import { assertFreeSpace } from "./disk-space.ts";
import { claimDownload } from "./download/claim.ts";
import { download, type RemoteFile } from "./download/download.ts";
import { findHubFile, type HubLocation } from "./download/hub.ts";
import { findInHubCache } from "./download/hub-cache.ts";
import type { NetworkOptions } from "./download/network.ts";
import { hashContent } from "./file-hash.ts";
import { stampOf } from "./file-stamp.ts";
import { CHECKPOINT_NAME, type Manifest } from "./manifest.ts";

export type Source =
  | { readonly type: "hub"; readonly location: HubLocation }
  | { readonly type: "web"; readonly url: string; readonly sha256: string }
  | { readonly type: "local"; readonly path: string };

export interface SourceOptions extends NetworkOptions {
  readonly modelsDir: string;
  readonly onProgress?: ((progress: SourceProgress) => void) | undefined;
  /** Told, in one line, what was not as wished but could be helped. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface SourceProgress {
  readonly step: "download" | "hash" | "check" | "convert";
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface SourceFile {
  readonly path: string;
  readonly record: Manifest["source"];
  /** Puts the file itself at `path`, on the models folder's disk, without a second copy if it can. */
  moveTo(path: string): Promise<void>;
}

type Use<T> = (file: SourceFile) => Promise<T>;

/**
 * Brings the file here, checked against its hash, for `use`. A download that does not come to its
 * end is kept for the next time; one that turns out to be no good is not.
 *
 * @throws ModelError, InputError when there is no such file or no room for it, CancelledError.
 */
export async function withSource<T>(
  source: Source,
  options: SourceOptions,
  use: Use<T>,
): Promise<T> {
  switch (source.type) {
    case "hub":
      return withHubFile(source.location, options, use);
    case "web": {
      const subject = basename(new URL(source.url).pathname);
      return withDownload({ subject, url: source.url, sha256: source.sha256 }, options, use);
    }
    case "local":
      return withLocalFile(source.path, options, use);
  }
}

async function withLocalFile<T>(path: string, options: SourceOptions, use: Use<T>): Promise<T> {
  const bytes = await sizeOf(path);
  const { modelsDir } = options;
  // The owner may change the file, so the model gets a copy; where disks share blocks it costs none.
  await assertFreeSpace(modelsDir, bytes, basename(path));
  return use({
    path,
    record: { from: basename(path), bytes, sha256: await hashInView(path, bytes, options) },
    moveTo: (target) => copyFile(path, target, constants.COPYFILE_FICLONE),
  });
}

function hashInView(
  path: string,
  totalBytes: number,
  { signal, onProgress }: SourceOptions,
): Promise<string> {
  const onBytes = (bytes: number) => onProgress?.({ step: "hash", bytes, totalBytes });
  return hashContent(path, { signal, onBytes });
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw readError(error, path);
  }
}

async function withHubFile<T>(
  location: HubLocation,
  options: SourceOptions,
  use: Use<T>,
): Promise<T> {
  let remote: RemoteFile;
  try {
    remote = await findHubFile(location, options);
  } catch (error) {
    if (!isExpectedError(error) || error instanceof CancelledError) throw error;
    const cached = await mainInCache(location, options);
    if (cached === undefined) throw error;
    options.onWarning?.(`${error.message}; taking the copy in the Hugging Face cache`);
    return use(cached);
  }
  for (const { path, sha256 } of await findInHubCache(location)) {
    if (sha256 !== undefined && sha256 !== remote.sha256) continue;
    const file = await cachedFile(path, remote.url, options);
    if (file.record.sha256 === remote.sha256) return use(file);
  }
  return withDownload(remote, options, use);
}

/** For when the hub cannot be asked; the cache's name for a file is its hash. */
async function mainInCache(
  location: HubLocation,
  options: SourceOptions,
): Promise<SourceFile | undefined> {
  const main = (await findInHubCache(location)).find(({ isMain }) => isMain);
  if (main === undefined) return undefined;
  const file = await cachedFile(main.path, `hf:${location.repo}/${location.file}`, options);
  return (main.sha256 ?? file.record.sha256) === file.record.sha256 ? file : undefined;
}

async function cachedFile(path: string, from: string, options: SourceOptions): Promise<SourceFile> {
  const bytes = await sizeOf(path);
  const record = { from, bytes, sha256: await hashInView(path, bytes, options) };
  return { path, record, moveTo: async (target) => linkOrCopy(await realpath(path), target) };
}

async function linkOrCopy(path: string, target: string): Promise<void> {
  try {
    await link(path, target);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    await copyFile(path, target, constants.COPYFILE_FICLONE);
  }
}

async function withDownload<T>(
  remote: RemoteFile,
  options: SourceOptions,
  use: Use<T>,
): Promise<T> {
  const { modelsDir, onProgress } = options;
  const claim = await claimDownload(modelsDir, remote.sha256);
  const path = join(claim.folder, basename(new URL(remote.url).pathname));
  try {
    await download(remote, path, {
      ...options,
      onProgress: (bytes, totalBytes) => onProgress?.({ step: "download", bytes, totalBytes }),
      onSize: (missing) =>
        assertFreeSpace(modelsDir, missing + conversionBytes(remote), remote.subject),
    });
    const bytes = await sizeOf(path);
    const record = { from: remote.url, bytes, sha256: remote.sha256 };
    const result = await use({ path, record, moveTo: (target) => rename(path, target) });
    await rm(claim.folder, { recursive: true, force: true });
    return result;
  } catch (error) {
    if (!(await isWorthKeeping(path, error))) {
      await rm(claim.folder, { recursive: true, force: true });
    }
    throw error;
  } finally {
    claim.release();
  }
}

/** What its conversion will take beside it: about as much again, unless it needs none. */
function conversionBytes({ url, bytes = 0 }: RemoteFile): number {
  return CHECKPOINT_NAME.test(url) && !url.endsWith(".safetensors") ? bytes : 0;
}

/** The next attempt goes on with it, unless its content was at fault. */
async function isWorthKeeping(path: string, error: unknown): Promise<boolean> {
  if (error instanceof ModelError && error.code !== "network") return false;
  return (await stampOf(path))?.size !== 0;
}
