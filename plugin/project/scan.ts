/** Files, folders and globs -> the pictures to import and where each one's mesh goes. */
import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { isDynamicPattern } from "tinyglobby";
import { InputError } from "../core/errors.ts";
import { PICTURE_FORMATS } from "../core/picture-formats.ts";
import { readError, systemErrorCode } from "../files/file-errors.ts";
import { displayPath, withForwardSlashes } from "./paths.ts";
import { expandGlob, fixedPart, isPictureName, type Walk, walkFolder } from "./walk.ts";

export interface Picture {
  /** Absolute. */
  readonly path: string;
  /** The path as people read it, relative to the working folder. */
  readonly label: string;
  /** File stem; names the mesh. */
  readonly name: string;
  /** Absolute; beside the picture, or under the output folder as the picture is under its input. */
  readonly glbPath: string;
  /** Absolute; `<picture>.maquette.json`, always in the GLB's folder. */
  readonly sidecarPath: string;
}

export interface Scan {
  /** Each once, in the order of the inputs and then of their names. */
  readonly pictures: readonly Picture[];
  /** Inputs and folders that could not be used; they do not stop the others. */
  readonly problems: readonly InputError[];
}

export interface ScanOptions {
  /** Absolute; inputs and labels are relative to it. */
  readonly cwd: string;
  /** Absolute; undefined puts each mesh beside its picture. */
  readonly out?: string | undefined;
}

/** Folder and paths found in it: the part of a path below the folder is kept under `--out`. */
interface Found {
  readonly folder: string;
  readonly paths: readonly string[];
}

export async function scanPictures(
  inputs: readonly string[],
  { cwd, out }: ScanOptions,
): Promise<Scan> {
  const label = (path: string): string => displayPath(path, cwd);
  const walk: Walk = { outFolder: out, label, problems: [], visited: new Set() };
  const pictures = new Map<string, Picture>();
  const owners = new Map<string, Picture>();
  for (const input of inputs) {
    const { folder, paths } = await findIn(input, cwd, walk);
    for (const path of paths) {
      if (pictures.has(path)) continue;
      const picture = { path, label: label(path), ...outputsOf(path, folder, out) };
      const file = asAnyDiskNames(picture.glbPath);
      const owner = owners.get(file);
      if (owner === undefined) {
        owners.set(file, picture);
        pictures.set(path, picture);
      } else {
        walk.problems.push(sameMesh(picture, owner, label));
      }
    }
  }
  return { pictures: [...pictures.values()], problems: walk.problems };
}

/**
 * The folders in which the pictures of `inputs` are, or would be; those of which all pictures count
 * come first.
 *
 * @throws InputError when one of them cannot be read, or is a file but no picture.
 */
export async function foldersOf(
  inputs: readonly string[],
  { cwd }: Pick<ScanOptions, "cwd">,
): Promise<string[]> {
  const found = await Promise.all(inputs.map((input) => folderOf(input, cwd)));
  const whole = found.filter(({ isWhole }) => isWhole);
  return [...new Set([...whole, ...found].map(({ folder }) => folder))];
}

async function folderOf(
  input: string,
  cwd: string,
): Promise<{ readonly folder: string; readonly isWhole: boolean }> {
  const path = resolve(cwd, input);
  try {
    const isWhole = (await stat(path)).isDirectory();
    if (!isWhole && !isPictureName(path)) throw notAPicture(input);
    return { folder: isWhole ? path : dirname(path), isWhole };
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT" || !isDynamicPattern(input)) {
      throw readError(error, input);
    }
    return { folder: resolve(cwd, fixedPart(withForwardSlashes(input))), isWhole: false };
  }
}

async function findIn(input: string, cwd: string, walk: Walk): Promise<Found> {
  const path = resolve(cwd, input);
  try {
    if ((await stat(path)).isDirectory()) {
      return { folder: path, paths: await walkFolder(path, walk) };
    }
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" && isDynamicPattern(input)) {
      return findByGlob(input, cwd, walk);
    }
    return refused(readError(error, input), walk);
  }
  if (isPictureName(path)) return { folder: dirname(path), paths: [path] };
  return refused(notAPicture(input), walk);
}

function notAPicture(input: string): InputError {
  return new InputError("unsupported", `${input}: is not a picture — expected ${PICTURE_FORMATS}`);
}

async function findByGlob(pattern: string, cwd: string, walk: Walk): Promise<Found> {
  const found = await expandGlob(withForwardSlashes(pattern), cwd, walk);
  if (found.paths.length > 0) return found;
  return refused(
    new InputError("not-found", `${pattern}: matches no picture — expected ${PICTURE_FORMATS}`),
    walk,
  );
}

function refused(problem: unknown, walk: Walk): Found {
  if (!(problem instanceof InputError)) throw problem;
  walk.problems.push(problem);
  return { folder: "", paths: [] };
}

function outputsOf(
  path: string,
  folder: string,
  out: string | undefined,
): Pick<Picture, "name" | "glbPath" | "sidecarPath"> {
  const file = basename(path);
  const name = basename(file, extname(file));
  const outFolder = out === undefined ? dirname(path) : join(out, relative(folder, dirname(path)));
  return {
    name,
    glbPath: join(outFolder, `${name}.glb`),
    sidecarPath: join(outFolder, `${file}.maquette.json`),
  };
}

/**
 * Equal for paths that are one file on disks that do not tell case apart, or ways to write an accent: a
 * project is to be the same on every machine.
 */
function asAnyDiskNames(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

function sameMesh(second: Picture, first: Picture, label: (path: string) => string): InputError {
  const file = label(second.glbPath);
  const why =
    second.glbPath === first.glbPath
      ? `as ${first.label} does`
      : `which on many disks is the ${label(first.glbPath)} of ${first.label}`;
  return new InputError(
    "bad-option",
    `${second.label}: would write ${file}, ${why} — rename one of the two pictures`,
  );
}
