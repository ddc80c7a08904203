import { isAbsolute, relative, sep } from "node:path";

/** A path as people read it: relative to `folder` when inside it, with forward slashes. */
export function displayPath(path: string, folder: string): string {
  if (!isInside(path, folder)) return path;
  const inside = relative(folder, path);
  return inside === "" ? "." : withForwardSlashes(inside);
}

/** True for `folder` itself and everything in it. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

export function withForwardSlashes(path: string): string {
  return path.replaceAll(sep, "/");
}
