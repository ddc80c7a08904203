import { relative } from "node:path";
import type { Forecast } from "../project/forecast.ts";
import { withForwardSlashes } from "../project/paths.ts";
import type { SidecarResult } from "../project/sidecar.ts";
import type { PictureStatus, PictureWork } from "../project/watch/picture-status.ts";
import type { Asset, AssetResult, Job } from "../protocol/service.ts";

/** A picture's status as clients see it. @param root The project's folder, absolute. */
export function assetOf(status: PictureStatus, root: string, forecast: Forecast): Asset {
  const { uuid, picture, phase, work, failure, result, glbBytes, settings } = status;
  return {
    uuid,
    name: result?.glb.name ?? picture.name,
    picture: withForwardSlashes(relative(root, picture.path)),
    mesh: withForwardSlashes(relative(root, picture.glbPath)),
    state: phase,
    ...(work && { job: jobOf(work, forecast) }),
    ...(failure && { problem: failure }),
    ...(result && glbBytes !== undefined && { result: resultOf(result, glbBytes) }),
    settings: { preset: settings.base, own: settings.own },
  };
}

function jobOf(
  { id, stage, fraction, stageStart, retryAfter }: PictureWork,
  forecast: Forecast,
): Job {
  const remainingMs =
    stage && forecast.remainingMs(stage, fraction, performance.now() - stageStart);
  return {
    id,
    ...(stage && { stage }),
    fraction,
    ...(remainingMs !== undefined && { remainingMs: Math.round(remainingMs) }),
    ...(retryAfter && { retryAfter }),
  };
}

function resultOf(result: SidecarResult, bytes: number): AssetResult {
  const { pictureSha256, glb, triangles, bounds, matte, model, warnings } = result;
  return {
    sha256: glb.sha256,
    pictureSha256,
    bytes,
    triangles: { requested: triangles.requested, achieved: triangles.achieved },
    bounds,
    matte,
    model: { id: model.id, precision: model.precision, licence: model.licence },
    warnings,
  };
}
