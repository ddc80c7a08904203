/**
 * Sidecars and meshes whose picture is gone. They stay where they are until a picture without a
 * sidecar turns up that is the same file or has the same content: then it was renamed or moved, and
 * they go with it.
 */
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { glob } from "tinyglobby";
import { systemErrorCode } from "../../files/file-errors.ts";
import { sha256OfFile } from "../../files/hash.ts";
import { isThere } from "../is-there.ts";
import type { Picture } from "../scan.ts";
import { readSidecar, type Sidecar } from "../sidecar.ts";
import { isIgnored } from "../walk.ts";
import type { FileStamp } from "./file-stamp.ts";

/** Does work that the user's files may refuse; that stops nothing else. */
export type Reporting = (work: () => Promise<void>) => Promise<void>;

export interface Orphan {
  /** That is gone. */
  readonly picture: Picture;
  uuid: string;
  /** Its sidecar said already that it is one. */
  readonly wasMarked: boolean;
  /** True once it is known that no picture takes it over at once. */
  isLeft: boolean;
  /** Of the picture's file; undefined when it was not seen. */
  readonly identity: string | undefined;
  /** Of the picture its mesh was made from; undefined when there is none. */
  readonly pictureSha256: string | undefined;
}

export class Orphans {
  readonly #bySidecar = new Map<string, Orphan>();
  readonly #label: (path: string) => string;
  readonly #reporting: Reporting;

  /** @param label How a path is shown. */
  constructor(label: (path: string) => string, reporting: Reporting) {
    this.#label = label;
    this.#reporting = reporting;
  }

  get all(): readonly Orphan[] {
    return [...this.#bySidecar.values()];
  }

  /** Finds what was left by pictures that went while nobody watched. */
  async findIn(folders: readonly string[]): Promise<void> {
    for (const cwd of folders) {
      const found = await glob("**/*.maquette.json", {
        cwd,
        absolute: true,
        ignore: ["**/node_modules/**"],
      });
      const sidecars = found.map((path) => resolve(path)).filter((path) => !isHidden(path, cwd));
      for (const path of sidecars) await this.#reporting(() => this.#addIfOrphaned(path));
    }
  }

  async #addIfOrphaned(sidecarPath: string): Promise<void> {
    const sidecar = await this.#read(sidecarPath);
    if (sidecar === undefined) return;
    const picturePath = resolve(dirname(sidecarPath), sidecar.picture);
    if (await isThere(picturePath)) return;
    this.#add(goneFrom(sidecarPath, sidecar, this.#label(picturePath)), sidecar, undefined);
  }

  add(picture: Picture, { identity }: FileStamp): Promise<void> {
    return this.#reporting(async () => {
      const sidecar = await this.#read(picture.sidecarPath);
      if (sidecar !== undefined) this.#add(picture, sidecar, identity);
    });
  }

  #add(picture: Picture, sidecar: Sidecar, identity: string | undefined): void {
    const { uuid, orphaned: wasMarked = false, result } = sidecar;
    const pictureSha256 = result?.pictureSha256;
    this.#bySidecar.set(picture.sidecarPath, {
      picture,
      uuid,
      wasMarked,
      isLeft: false,
      identity,
      pictureSha256,
    });
  }

  get({ sidecarPath }: Picture): Orphan | undefined {
    return this.#bySidecar.get(sidecarPath);
  }

  /** They were taken over, or the picture is there again. */
  forget({ sidecarPath }: Picture): void {
    this.#bySidecar.delete(sidecarPath);
  }

  /** What `picture`, new under its name, was before. */
  async find(picture: Picture, { identity }: FileStamp): Promise<Orphan | undefined> {
    if (this.#bySidecar.size === 0 || (await isThere(picture.sidecarPath))) return undefined;
    return (
      this.all.find((candidate) => candidate.identity === identity) ??
      (await withSameContent(this.all, picture))
    );
  }

  async #read(sidecarPath: string): Promise<Sidecar | undefined> {
    const state = await readSidecar(sidecarPath, this.#label(sidecarPath));
    return state.kind === "present" ? state.sidecar : undefined;
  }
}

/** In a folder that is no place for pictures, say that of an exported project. */
function isHidden(path: string, folder: string): boolean {
  const names = dirname(relative(folder, path)).split(sep);
  return names.some((_, i) => isIgnored(join(folder, ...names.slice(0, i + 1))));
}

/** The picture as it was known when its sidecar was written. */
function goneFrom(sidecarPath: string, { picture, result }: Sidecar, label: string): Picture {
  const folder = dirname(sidecarPath);
  const file = basename(picture);
  const name = basename(file, extname(file));
  const glbFile = result === undefined ? `${name}.glb` : basename(result.glb.file);
  const path = resolve(folder, picture);
  return { path, label, name, glbPath: join(folder, glbFile), sidecarPath };
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
