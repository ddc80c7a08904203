/**
 * Sidecars and meshes whose picture is gone. They stay where they are until a picture without a
 * sidecar turns up that is the same file or has the same content: then it was renamed or moved, and
 * they go with it.
 */
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { glob } from "tinyglobby";
import { systemErrorCode, writeError } from "../../files/file-errors.ts";
import { sha256OfFile } from "../../files/hash.ts";
import { writeFileAtomically } from "../../files/write.ts";
import type { Picture } from "../scan.ts";
import { formatSidecar, pictureFromSidecar, readSidecar, type Sidecar } from "../sidecar.ts";
import type { FileStamp } from "./file-stamp.ts";

export interface Orphan {
  readonly sidecarPath: string;
  /** How people know the picture that is gone. */
  readonly label: string;
  /** Of the picture that is gone; undefined when it was not seen. */
  readonly identity: string | undefined;
  /** Of the picture its mesh was made from; undefined when there is none. */
  readonly pictureSha256: string | undefined;
}

export class Orphans {
  readonly #bySidecar = new Map<string, Orphan>();
  readonly #label: (path: string) => string;

  /** @param label How a path is shown. */
  constructor(label: (path: string) => string) {
    this.#label = label;
  }

  /** Finds what was left by pictures that went while nobody watched. */
  async findIn(folders: readonly string[]): Promise<void> {
    for (const cwd of folders) {
      const found = await glob("**/*.maquette.json", {
        cwd,
        absolute: true,
        ignore: ["**/node_modules/**"],
      });
      for (const sidecarPath of found) await this.#addIfOrphaned(resolve(sidecarPath));
    }
  }

  async #addIfOrphaned(sidecarPath: string): Promise<void> {
    const sidecar = await readIfPresent(sidecarPath, this.#label(sidecarPath));
    if (sidecar === undefined) return;
    const picturePath = resolve(dirname(sidecarPath), sidecar.picture);
    if (await isThere(picturePath)) return;
    this.#bySidecar.set(sidecarPath, {
      sidecarPath,
      label: this.#label(picturePath),
      identity: undefined,
      pictureSha256: sidecar.result?.pictureSha256,
    });
  }

  /** @throws InputError when the sidecar cannot be read. */
  async add({ sidecarPath, label }: Picture, { identity }: FileStamp): Promise<void> {
    const sidecar = await readIfPresent(sidecarPath, this.#label(sidecarPath));
    if (sidecar === undefined) return;
    const pictureSha256 = sidecar.result?.pictureSha256;
    this.#bySidecar.set(sidecarPath, { sidecarPath, label, identity, pictureSha256 });
  }

  has({ sidecarPath }: Picture): boolean {
    return this.#bySidecar.has(sidecarPath);
  }

  /** The picture is there again. */
  forget({ sidecarPath }: Picture): void {
    this.#bySidecar.delete(sidecarPath);
  }

  /** What `picture`, new under its name, was before; it is no orphan any more then. */
  async take(picture: Picture, { identity }: FileStamp): Promise<Orphan | undefined> {
    if (this.#bySidecar.size === 0 || (await isThere(picture.sidecarPath))) return undefined;
    const orphans = [...this.#bySidecar.values()];
    const orphan =
      orphans.find((candidate) => candidate.identity === identity) ??
      (await withSameContent(orphans, picture));
    if (orphan !== undefined) this.#bySidecar.delete(orphan.sidecarPath);
    return orphan;
  }
}

async function withSameContent(
  orphans: readonly Orphan[],
  picture: Picture,
): Promise<Orphan | undefined> {
  try {
    const content = await sha256OfFile(picture.path);
    return orphans.find(({ pictureSha256 }) => pictureSha256 === content);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined; // gone again, or to be told of when it is planned
  }
}

/**
 * Gives sidecar and mesh the new picture's names; what is in the mesh stays as scenes know it. The
 * mesh stays where it is when another stands in its way.
 *
 * @throws InputError when a file cannot be read or moved.
 */
export async function adopt({ sidecarPath }: Orphan, picture: Picture): Promise<void> {
  const sidecar = await readIfPresent(sidecarPath, sidecarPath);
  if (sidecar === undefined) return;
  const { orphaned: _, result, ...rest } = sidecar;
  const file = basename(picture.glbPath);
  if (result !== undefined) {
    await moveUnlessTaken(join(dirname(sidecarPath), basename(result.glb.file)), picture.glbPath);
  }
  const adopted: Sidecar = {
    ...rest,
    picture: pictureFromSidecar(picture),
    ...(result && { result: { ...result, glb: { ...result.glb, file } } }),
  };
  await writeFileAtomically(picture.sidecarPath, formatSidecar(adopted));
  await inUsersWords(sidecarPath, rm(sidecarPath, { force: true }));
}

/** Notes in the sidecar that the picture is gone. @throws InputError when it cannot be written. */
export async function markOrphaned({ sidecarPath }: Picture): Promise<void> {
  const sidecar = await readIfPresent(sidecarPath, sidecarPath);
  if (sidecar === undefined || sidecar.orphaned) return;
  await writeFileAtomically(sidecarPath, formatSidecar({ ...sidecar, orphaned: true }));
}

async function readIfPresent(path: string, subject: string): Promise<Sidecar | undefined> {
  const state = await readSidecar(path, subject);
  return state.kind === "present" ? state.sidecar : undefined;
}

async function moveUnlessTaken(from: string, to: string): Promise<void> {
  if (from === to || !(await isThere(from)) || (await isThere(to))) return;
  await inUsersWords(to, mkdir(dirname(to), { recursive: true }));
  await inUsersWords(to, rename(from, to));
}

async function inUsersWords(path: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw writeError(error, path);
  }
}

/** Whatever is there; also when it may not be looked at. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
}
