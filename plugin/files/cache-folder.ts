import { resolve } from "node:path";
import envPaths from "env-paths";

/**
 * The user's cache folder, for what can be made again: compiled models, remembered hashes, an
 * unpacked browser. `MAQUETTE_CACHE` when set, else the platform's folder for caches.
 */
export function defaultCacheDir(): string {
  const given = process.env["MAQUETTE_CACHE"];
  return given ? resolve(given) : envPaths("maquette", { suffix: "" }).cache;
}
