/** The project's files, as the Editor's part of the plugin needs them. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, posix, resolve } from "node:path";
import type { ProjectFiles } from "../../editor-ui/hosts/editor/project-files.ts";
import { PICTURE_EXTENSIONS } from "../core/picture-formats.ts";
import { readError, writeError } from "../files/file-errors.ts";
import { sha256 } from "../files/hash.ts";

const HASH_DIGITS = 8;

/** `root`: the folder from which the service names files. Absolute. */
export function projectFiles(root: string): ProjectFiles {
  const folder = withForwardSlashes(resolve(root));
  return {
    absolute: (path) => posix.join(folder, path),
    relative: (absolutePath) => {
      const path = posix.relative(folder, withForwardSlashes(absolutePath));
      return path.startsWith("..") || posix.isAbsolute(path) ? undefined : path;
    },
    isPicture: (path) => PICTURE_EXTENSIONS.includes(extname(path).toLowerCase()),
    read: async (path) => new Uint8Array(await read(path)),
    copyHidden: async (path) => {
      const bytes = await read(path);
      const hash = sha256(bytes);
      const name = `.${basename(path, extname(path))}.${hash.slice(0, HASH_DIGITS)}${extname(path)}`;
      const copy = join(dirname(path), name);
      await inUsersWords(copy, writeFile(copy, bytes));
      return {
        path: withForwardSlashes(copy),
        sha256: hash,
        remove: () => inUsersWords(copy, rm(copy, { force: true })),
      };
    },
  };
}

/** The Editor writes paths with forward slashes on every system. */
export function withForwardSlashes(path: string): string {
  return path.replaceAll("\\", "/");
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw readError(error, path);
  }
}

async function inUsersWords(path: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw writeError(error, path);
  }
}
