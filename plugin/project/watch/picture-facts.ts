import { stat } from "node:fs/promises";
import { InputError } from "../../core/errors.ts";
import type { GenerateSettings } from "../../core/generate-settings.ts";
import { systemErrorCode } from "../../files/file-errors.ts";
import type { SettingsPatch } from "../../protocol/settings.ts";
import type { Picture } from "../scan.ts";
import { readSidecar, type Sidecar, type SidecarResult, type SidecarState } from "../sidecar.ts";
import type { PictureStatus } from "./picture-status.ts";

/** What a picture's sidecar and mesh say, as far as they can be read. */
export interface PictureFacts {
  readonly uuid: string | undefined;
  readonly ownSettings: SettingsPatch;
  /** Of the mesh that is there. */
  readonly result: SidecarResult | undefined;
  readonly glbBytes: number | undefined;
}

export async function readFacts(picture: Picture): Promise<PictureFacts> {
  const state = await readIfPossible(picture.sidecarPath);
  const sidecar: Partial<Sidecar> = state.kind === "present" ? state.sidecar : {};
  const glbBytes = await sizeOf(picture.glbPath);
  return {
    uuid: state.kind === "damaged" ? state.uuid : sidecar.uuid,
    ownSettings: sidecar.settings ?? {},
    result: glbBytes === undefined ? undefined : sidecar.result,
    glbBytes,
  };
}

/** @param base Settings of the picture without its own. */
export function statusFacts(
  { ownSettings: own, result, glbBytes }: PictureFacts,
  base: GenerateSettings,
): Pick<PictureStatus, "result" | "glbBytes" | "settings"> {
  return { result, glbBytes, settings: { base, own } };
}

async function readIfPossible(sidecarPath: string): Promise<SidecarState> {
  try {
    return await readSidecar(sidecarPath, sidecarPath);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // Why, is told when the picture is planned.
    return { kind: "damaged", uuid: undefined, reason: error.message };
  }
}

async function sizeOf(glbPath: string): Promise<number | undefined> {
  try {
    return (await stat(glbPath)).size;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}
