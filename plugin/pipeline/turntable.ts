/** A field turned once around, as numbered pictures and as animations. */
import { join } from "node:path";
import { azimuthsAround, orbitCamera } from "../core/camera.ts";
import { throwIfCancelled } from "../core/errors.ts";
import { type PictureBackground, pictureOf } from "../core/rendering.ts";
import { removeFramesFrom } from "../files/frames.ts";
import { writeFileAtomically, writeFilesAtomically } from "../files/write.ts";
import { encodeAnimation, encodeMp4, encodePng } from "../image/write-animation.ts";
import type { PictureField } from "./contract.ts";
import { fitOrbit } from "./orbit-fit.ts";

export interface TurntableRequest {
  /** Files begin with it. */
  readonly name: string;
  readonly outFolder: string;
  readonly frames: number;
  /** Side of a frame, pixels. */
  readonly size: number;
  /** Per ray; the family's own number by default. */
  readonly samples?: number | undefined;
  readonly background: PictureBackground;
  readonly signal?: AbortSignal | undefined;
  /** Told how many frames are rendered, in fractions too. */
  readonly onProgress?: ((frames: number) => void) | undefined;
  /** Told each result as it is written: first the frames' folder, then the animations. */
  readonly onResult: (path: string) => void;
  /** Told why there is no MP4. */
  readonly onInfo: (message: string) => void;
}

/** One turn takes so long, however many frames show it. */
const TURN_MS = 4000;

/** Rays that are rendered together: some 60 MB. */
const RAYS_AT_ONCE = 2 ** 20;

/**
 * Renders the views of a camera that goes once around from the input view on, at the family's
 * distance or as far away as the object needs to fit, and writes
 * `<name>-turntable/000.png` ..., `<name>-turntable.webp`, `.gif` and, where there is ffmpeg,
 * `.mp4`. Nothing is written before all frames are rendered.
 *
 * @throws InputError when a file cannot be written or ffmpeg fails, ModelError, CancelledError.
 */
export async function makeTurntable(field: PictureField, request: TurntableRequest): Promise<void> {
  const { name, outFolder, signal, onResult, onInfo } = request;
  const frames = await renderFrames(field, request);
  const delayMs = TURN_MS / frames.length;
  const path = join(outFolder, `${name}-turntable`);

  const frameFiles = frames.map((data, k) => {
    return { path: join(path, `${String(k).padStart(3, "0")}.png`), data };
  });
  await writeFilesAtomically(frameFiles, signal);
  await removeFramesFrom(path, frames.length);
  onResult(path);

  for (const format of ["webp", "gif"] as const) {
    throwIfCancelled(signal); // a long turn takes half a minute to encode
    await writeFileAtomically(`${path}.${format}`, await encodeAnimation(frames, format, delayMs));
    onResult(`${path}.${format}`);
  }

  const mp4 = await encodeMp4(frames, delayMs, { signal });
  if (mp4 === undefined) {
    onInfo("no MP4: ffmpeg is not on PATH");
    return;
  }
  await writeFileAtomically(`${path}.mp4`, mp4);
  onResult(`${path}.mp4`);
}

/** PNGs. */
async function renderFrames(
  field: PictureField,
  { frames, size, samples, background, signal, onProgress }: TurntableRequest,
): Promise<Uint8Array[]> {
  const view = await fitOrbit(field, signal);
  const cameras = azimuthsAround(frames).map((azimuth) => orbitCamera(view, field.axes, azimuth));
  const atOnce = Math.max(1, Math.floor(RAYS_AT_ONCE / size ** 2));
  const pngs: Uint8Array[] = [];
  for (let first = 0; first < frames; first += atOnce) {
    const group = cameras.slice(first, first + atOnce);
    const views = await field.render(group, {
      width: size,
      height: size,
      samples,
      signal,
      onProgress: (fraction) => onProgress?.(first + fraction * group.length),
    });
    const pictures = views.map((view) => pictureOf(view, background));
    pngs.push(...(await Promise.all(pictures.map((picture) => encodePng(picture)))));
  }
  return pngs;
}
