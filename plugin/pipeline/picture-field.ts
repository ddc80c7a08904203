/** Picture -> the field that the model sees in it, to be looked at from anywhere. */
import { type Camera, cameraRays } from "../core/camera.ts";
import type { Rays, RenderedView, Rendering } from "../core/rendering.ts";
import type { PictureField, ReadFieldRequest, RenderViewOptions } from "./contract.ts";
import { type Reading, type ReadingTools, readPicture } from "./read-picture.ts";
import { StageClock } from "./stage-clock.ts";

/** @throws InputError for the picture's faults, ModelError for the model's, CancelledError. */
export async function readField(
  request: ReadFieldRequest,
  tools: ReadingTools,
): Promise<PictureField> {
  const stages = new StageClock(request.onProgress, request.signal);
  return pictureField(await readPicture(request, tools, stages), tools);
}

export function pictureField(reading: Reading, tools: ReadingTools): PictureField {
  const { frameAxes: axes, view } = tools.lrm.architecture;
  return {
    field: reading.field,
    axes,
    view,
    matte: reading.matte,
    warnings: reading.warnings,
    render: (cameras, options) => renderViews(reading, tools, cameras, options),
  };
}

/** All views in one call of the kernel, which then shares what it finds out about the field. */
async function renderViews(
  { field, restoreColours }: Reading,
  { kernels, lrm }: ReadingTools,
  cameras: readonly Camera[],
  { width, height, samples, signal, onProgress }: RenderViewOptions,
): Promise<readonly RenderedView[]> {
  const { view } = lrm.architecture;
  const march = { ...view, samples: samples ?? view.samples };
  const rays = joinRays(cameras.map((camera) => cameraRays(camera, { width, height })));
  const rendering = await kernels.render(field, { rays, march }, { signal, onProgress });
  const restored = { ...rendering, rgb: restoreSeen(rendering, restoreColours) };
  const pixels = width * height;
  return cameras.map((_, k) => ({ width, height, ...part(restored, k * pixels, pixels) }));
}

function joinRays(parts: readonly Rays[]): Rays {
  const length = parts.reduce((sum, { origins }) => sum + origins.length, 0);
  const rays = { origins: new Float32Array(length), directions: new Float32Array(length) };
  let at = 0;
  for (const { origins, directions } of parts) {
    rays.origins.set(origins, at);
    rays.directions.set(directions, at);
    at += origins.length;
  }
  return rays;
}

/** Colours are restored as they are, before the opacity; the result is multiplied by it again. */
function restoreSeen(
  { rgb, opacity }: Rendering,
  restoreColours: Reading["restoreColours"],
): Float32Array {
  const alphaOf = (i: number) => opacity[Math.floor(i / 3)];
  const colours = rgb.map((value, i) => (alphaOf(i) > 0 ? value / alphaOf(i) : 0));
  return restoreColours(colours).map((value, i) => value * alphaOf(i));
}

function part({ rgb, opacity, depth }: Rendering, first: number, count: number): Rendering {
  return {
    rgb: rgb.subarray(3 * first, 3 * (first + count)),
    opacity: opacity.subarray(first, first + count),
    depth: depth.subarray(first, first + count),
  };
}
