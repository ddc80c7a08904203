/**
 * A cut-out -> what the network sees: the object centred on the family's backdrop, values 0..1.
 * (Normalising by mean and standard deviation is the first step of the network's graph.)
 *
 * The reference pipelines resize twice, cut to bytes in between, and resize straight colours. For
 * pictures much larger than the network's input that aliases, and colours of invisible pixels bleed
 * into the outline. Here colours are premultiplied, reduced once by area averaging straight into the
 * network's canvas, and only enlarged by the references' bicubic filter. What the references do is
 * in `reference/`.
 */
import { InputError } from "../core/errors.ts";
import type { FloatImage, RgbaImage } from "../core/image.ts";
import type { PictureConvention } from "../core/picture-convention.ts";
import { planar } from "./planar.ts";
import { cropped, pasteResized, placeInCentre, visibleBounds } from "./recenter.ts";
import { resizeBicubic } from "./resample.ts";

export interface NetworkInput {
  /** (1, 3, S, S): `picture`, planar. */
  readonly tensor: Float32Array;
  /** (S, S, 3), 0..1 sRGB on the backdrop. */
  readonly picture: FloatImage;
  /** (S, S, 1), 0..1: how much of each pixel the object covers. */
  readonly alpha: FloatImage;
}

/** Fainter pixels (of 255) are dust that must not widen the object's bounds. */
const DUST_ALPHA = 12;

/** @throws InputError when nothing is visible. */
export function toNetworkInput(cutOut: RgbaImage, convention: PictureConvention): NetworkInput {
  const canvas = centredOnBackdrop(cutOut, convention);
  for (let i = 0; i < canvas.data.length; i++) {
    canvas.data[i] = Math.min(Math.max(canvas.data[i], 0), 1);
  }
  const picture = channelsOf(canvas, 0, 3);
  return { tensor: planar(picture), picture, alpha: channelsOf(canvas, 3, 1) };
}

/** (S, S, 4): colour on the backdrop, alpha. */
function centredOnBackdrop(
  cutOut: RgbaImage,
  { size, borderRatio, backdrop }: PictureConvention,
): FloatImage {
  const bounds = visibleBounds(cutOut, DUST_ALPHA);
  if (bounds === undefined) {
    throw new InputError(
      "empty-picture",
      "cut-out: no pixel is visible — give a picture that shows an object",
    );
  }
  const crop = cropped(cutOut, bounds);
  premultiply(crop);

  const longest = Math.max(crop.width, crop.height);
  const target = Math.trunc(size * (1 - borderRatio));
  const enlarges = longest < target;
  const canvas = enlarges
    ? pasteResized(crop, placeInCentre(bounds, Math.ceil(longest / (1 - borderRatio)), longest))
    : pasteResized(crop, placeInCentre(bounds, size, target));
  for (let i = 0; i < canvas.data.length; i += 4) {
    const behind = backdrop * (1 - canvas.data[i + 3]);
    for (let c = i; c < i + 3; c++) canvas.data[c] += behind;
  }
  return enlarges ? resizeBicubic(canvas, size, size) : canvas;
}

function premultiply({ data }: FloatImage): void {
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    data[i] *= alpha;
    data[i + 1] *= alpha;
    data[i + 2] *= alpha;
  }
}

function channelsOf(src: FloatImage, first: number, channels: number): FloatImage {
  const { width, height } = src;
  const data = new Float32Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    data[i] = src.data[Math.floor(i / channels) * src.channels + first + (i % channels)];
  }
  return { width, height, channels, data };
}
