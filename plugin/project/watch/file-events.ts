/**
 * Hears from the operating system that files came, changed or went. What it says is only a hint where
 * to look: events come late, twice, in any order, or not at all.
 */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { watch } from "chokidar";
import { systemErrorCode } from "../../files/file-errors.ts";
import { isInside } from "../paths.ts";
import { isIgnored, isPictureName } from "../walk.ts";

export interface WatchedPlaces {
  /** Absolute; watched with all folders below. */
  readonly folders: readonly string[];
  /** Absolute; not listened to unless it is one of the folders. */
  readonly outFolder: string | undefined;
  /** Absolute; files that are no pictures but count too, whether or not they are there. */
  readonly files: readonly string[];
}

export interface FileEvents {
  /** Hears of these files too, wherever they are. Absolute. */
  listenTo(files: readonly string[]): void;
  close(): Promise<void>;
}

/** Resolves when everything that happens from now on is heard of. */
export type WatchFiles = (
  places: WatchedPlaces,
  onTouched: (path: string) => void,
  onError: (error: unknown) => void,
) => Promise<FileEvents>;

export const watchFiles: WatchFiles = async (places, onTouched, onError) => {
  const { folders, files } = places;
  const added = new Set<string>();
  const watcher = watch([...new Set([...folders, ...files.map((file) => dirname(file))])], {
    ignored: (path, stats) =>
      !added.has(resolve(path)) && isOutside(resolve(path), stats?.isFile() === true, places),
    ignoreInitial: true,
    ignorePermissionErrors: true,
  });
  watcher.on("all", (_, path) => onTouched(resolve(path)));
  watcher.on("error", onError);
  await new Promise<void>((ready) => {
    watcher.once("ready", ready);
  });
  return {
    listenTo: (more) => {
      for (const file of more) added.add(file);
      watcher.add([...more]);
    },
    close: () => watcher.close(),
  };
};

function isOutside(path: string, isFile: boolean, places: WatchedPlaces): boolean {
  const { folders, outFolder, files } = places;
  if (folders.includes(path) || files.includes(path)) return false;
  if (files.some((file) => path === dirname(file))) return false;
  if (!folders.some((folder) => isInside(path, folder))) return true;
  if (path === outFolder || isIgnored(path)) return true;
  return isFile ? !isPictureName(path) : leadsBack(path);
}

/** A symbolic link to a folder above it. */
function leadsBack(path: string): boolean {
  try {
    if (!lstatSync(path).isSymbolicLink()) return false;
    return isInside(realpathSync(dirname(path)), realpathSync(path));
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}
