/** What becomes, on disk, of the sidecar and the mesh of a picture that went. */
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { writeError } from "../../files/file-errors.ts";
import { isThere } from "../is-there.ts";
import type { Picture } from "../scan.ts";
import { pictureFromSidecar, readSidecar, type SidecarResult } from "../sidecar.ts";
import { updateSidecar } from "../sidecar-update.ts";

/**
 * Gives sidecar and mesh of the picture that is gone the new one's names; what is in the mesh stays as
 * scenes know it. The mesh stays where it is when another stands in its way.
 *
 * @throws InputError when a file cannot be read or moved.
 */
export async function adopt(gone: Picture, picture: Picture): Promise<void> {
  const state = await readSidecar(gone.sidecarPath, gone.sidecarPath);
  if (state.kind !== "present") return;
  const { orphaned: _, result, ...rest } = state.sidecar;
  if (result !== undefined) await moveUnlessTaken(gone.glbPath, picture.glbPath);
  await updateSidecar({ path: picture.sidecarPath, subject: picture.sidecarPath }, () => ({
    ...rest,
    picture: pictureFromSidecar(picture),
    ...(result && { result: renamed(result, gone, picture) }),
  }));
  await inUsersWords(gone.sidecarPath, rm(gone.sidecarPath, { force: true }));
}

function renamed(result: SidecarResult, gone: Picture, picture: Picture): SidecarResult {
  const { name = gone.name, ...glb } = result.glb;
  const file = basename(picture.glbPath);
  return { ...result, glb: { ...glb, file, ...(name !== picture.name && { name }) } };
}

/**
 * Notes in the sidecar that the picture is gone.
 *
 * @param uuid What it has from now on.
 * @throws InputError when it cannot be written.
 */
export async function markOrphaned({ sidecarPath }: Picture, uuid: string): Promise<void> {
  await updateSidecar({ path: sidecarPath, subject: sidecarPath }, (state) =>
    state.kind === "present" ? { ...state.sidecar, uuid, orphaned: true } : undefined,
  );
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
