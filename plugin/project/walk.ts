/**
 * Finds pictures in folders and by globs. What cannot be read, or would be walked for ever, is
 * reported and does not stop the rest.
 */
import { type Dirent, readdir as readdirWithCallback } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, extname, join, resolve, sep } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { InputError } from "../core/errors.ts";
import { PICTURE_EXTENSIONS } from "../core/picture-formats.ts";
import { readError, systemErrorCode } from "../files/file-errors.ts";
import { isInside } from "./paths.ts";

export function isPictureName(path: string): boolean {
  return PICTURE_EXTENSIONS.includes(extname(path).toLowerCase());
}

/** What a walk has found so far; shared by several walks, so that no folder is read twice. */
export interface Walk {
  /** Output folder, whose files are never taken for concept art. */
  readonly outFolder: string | undefined;
  /** How a path is named in problems. */
  readonly label: (path: string) => string;
  readonly problems: InputError[];
  /** Real paths of the folders that were read. */
  readonly visited: Set<string>;
}

/** Where the Babylon.js Editor's Fab plugin puts the textures of what it downloads. */
const FAB_TEXTURES = /[\\/]fab[\\/](.+[\\/])?textures$/;

/**
 * Files and folders that are never concept art: hidden ones (our temporary files too), packages,
 * what the Babylon.js Editor generates and exports, and texture maps. Folders above are not looked
 * at.
 */
export function isIgnored(path: string): boolean {
  const name = basename(path);
  return (
    name.startsWith(".") ||
    name === "node_modules" ||
    name === "public" ||
    FAB_TEXTURES.test(path) ||
    name.startsWith("editor-generated_") ||
    name.startsWith("editor_preview") ||
    /\.(scene|navmesh)$/.test(name) ||
    /_(albedo|bump|orm|occlusion)\.[^.]+$/i.test(name)
  );
}

/** Pictures in `folder` and the folders below it, in the order of their names. */
export async function walkFolder(folder: string, walk: Walk): Promise<string[]> {
  try {
    return await visit(folder, await realpath(folder), [], walk);
  } catch (error) {
    reportUnreadable(error, folder, walk);
    return [];
  }
}

async function visit(
  folder: string,
  realFolder: string,
  ancestors: readonly string[],
  walk: Walk,
): Promise<string[]> {
  if (walk.visited.has(realFolder)) return [];
  walk.visited.add(realFolder);
  const chain = [...ancestors, realFolder];
  const found: string[] = [];
  for (const entry of await entriesOf(folder, walk)) {
    const path = join(folder, entry.name);
    if (isIgnored(path) || path === walk.outFolder) continue;
    if (entry.isSymbolicLink()) {
      found.push(...(await visitLink(path, chain, walk)));
    } else if (entry.isDirectory()) {
      found.push(...(await visit(path, join(realFolder, entry.name), chain, walk)));
    } else if (entry.isFile() && isPictureName(path)) {
      found.push(path);
    }
  }
  return found;
}

async function visitLink(path: string, chain: readonly string[], walk: Walk): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return isPictureName(path) ? [path] : [];
    const target = await realpath(path);
    if (chain.some((folder) => isInside(folder, target))) {
      walk.problems.push(
        new InputError(
          "unreadable",
          `${walk.label(path)}: a symbolic link that leads back to a folder above it — remove the link`,
        ),
      );
      return [];
    }
    return await visit(path, target, chain, walk);
  } catch (error) {
    const isForeign = systemErrorCode(error) === "ENOENT" && !isPictureName(path);
    if (!isForeign) reportUnreadable(error, path, walk);
    return [];
  }
}

async function entriesOf(folder: string, walk: Walk): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    reportUnreadable(error, folder, walk);
    return [];
  }
}

/**
 * Pictures that match `pattern`, with the folder the pattern starts in. As in shells, links to
 * folders are not followed.
 */
export async function expandGlob(
  pattern: string,
  cwd: string,
  walk: Walk,
): Promise<{ folder: string; paths: string[] }> {
  const matches = await glob(pattern, {
    cwd,
    absolute: true,
    expandDirectories: false,
    followSymbolicLinks: false,
    fs: { readdir: readdirReporting(walk) },
  });
  const folder = resolve(cwd, fixedPart(pattern));
  const paths = matches
    .map((path) => resolve(path))
    .filter((path) => isPictureName(path) && !isIgnoredBelow(path, folder, walk))
    .sort();
  return { folder, paths };
}

/** `readdir` for the glob library, which passes over folders it cannot read without a word. */
function readdirReporting(walk: Walk): typeof readdirWithCallback {
  const reporting = (
    folder: string,
    options: { withFileTypes: true },
    done: (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void,
  ): void => {
    readdirWithCallback(folder, options, (error, entries) => {
      const isMissing = error?.code === "ENOENT";
      if (error !== null && !isMissing) reportUnreadable(error, resolve(folder), walk);
      done(error, entries);
    });
  };
  return reporting as typeof readdirWithCallback;
}

/** The folders before the first wildcard; a bracket may open in one segment and close in another. */
export function fixedPart(pattern: string): string {
  const segments = pattern.split("/");
  const first = segments.findIndex((segment) => isDynamicPattern(segment) || /[{(]/.test(segment));
  return segments.slice(0, first).join("/") || (pattern.startsWith("/") ? "/" : ".");
}

function isIgnoredBelow(path: string, folder: string, walk: Walk): boolean {
  if (walk.outFolder !== undefined && walk.outFolder !== folder && isInside(path, walk.outFolder)) {
    return isInside(walk.outFolder, folder);
  }
  const names = path.slice(folder.length).split(sep).filter(Boolean);
  return names.some((_, i) => isIgnored(join(folder, ...names.slice(0, i + 1))));
}

function reportUnreadable(error: unknown, path: string, walk: Walk): void {
  const problem = readError(error, walk.label(path) || basename(path));
  if (!(problem instanceof InputError)) throw problem;
  walk.problems.push(problem);
}
