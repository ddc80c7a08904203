/**
 * A cut-out -> what the network sees: the object centred on white, values 0..1. (Normalising by
 * mean and standard deviation is the first step of the network's graph.)
 *
 * The reference pipeline resizes twice (to the picture's own size, then bicubically to the
 * network's, without antialiasing) and resizes straight colours. For pictures much larger than the
 * network's input that aliases, and colours of invisible pixels bleed into the outline. The recipe
 * `area` therefore works on premultiplied colours, reduces once by area averaging straight into the
 * network's canvas, and uses the exact bicubic filter only to enlarge. `reference` keeps the
 * reference's order and rounding for checkpoints that are compared with it.
 */
import { InputError } from "../core/errors.ts";
import type { FloatImage, RgbaImage } from "../core/image.ts";
import {
  cropped,
  pasteResized,
  placeInCentre,
  recenterAsReference,
  visibleBounds,
} from "./recenter.ts";
import { resizeBicubic } from "./resample.ts";

export interface NetworkInputOptions {
  /** Side S of the network's picture. */
  readonly size: number;
  /** Share of the canvas left empty along the object's longest side; 0.2 for VFusion3D. */
  readonly borderRatio: number;
  /** `area` by default; see the head of this file. */
  readonly recipe?: "area" | "reference";
}

export interface NetworkInput {
  /** (1, 3, S, S): `picture`, planar. */
  readonly tensor: Float32Array;
  /** (S, S, 3), 0..1 sRGB on white. */
  readonly picture: FloatImage;
  /** (S, S, 1), 0..1: how much of each pixel the object covers. */
  readonly alpha: FloatImage;
}

/** Fainter pixels (of 255) are dust that must not widen the object's bounds. */
const DUST_ALPHA = 12;

/** @throws InputError when nothing is visible. */
export function toNetworkInput(cutOut: RgbaImage, options: NetworkInputOptions): NetworkInput {
  const canvas =
    options.recipe === "reference" ? referenceCanvas(cutOut, options) : areaCanvas(cutOut, options);
  clampToUnit(canvas.data);
  const picture = channelsOf(canvas, 0, 3);
  return {
    tensor: planar(picture),
    picture,
    alpha: channelsOf(canvas, 3, 1),
  };
}

/** (S, S, 4): colour on white, alpha. */
function areaCanvas(cutOut: RgbaImage, { size, borderRatio }: NetworkInputOptions): FloatImage {
  const bounds = visibleBounds(cutOut, DUST_ALPHA) ?? failInvisible();
  const crop = cropped(cutOut, bounds);
  premultiply(crop);

  const longest = Math.max(crop.width, crop.height);
  const target = Math.trunc(size * (1 - borderRatio));
  const enlarges = longest < target;
  const canvas = enlarges
    ? pasteResized(crop, placeInCentre(bounds, Math.ceil(longest / (1 - borderRatio)), longest))
    : pasteResized(crop, placeInCentre(bounds, size, target));
  for (let i = 0; i < canvas.data.length; i += 4) {
    const background = 1 - canvas.data[i + 3];
    for (let c = i; c < i + 3; c++) canvas.data[c] += background;
  }
  return enlarges ? resizeBicubic(canvas, size, size) : canvas;
}

/** (S, S, 4) in the reference's order: recentre, cut to bytes, composite on white, bicubic. */
function referenceCanvas(
  cutOut: RgbaImage,
  { size, borderRatio }: NetworkInputOptions,
): FloatImage {
  const bounds = visibleBounds(cutOut, 0) ?? failInvisible();
  const image = recenterAsReference(cutOut, bounds, borderRatio);
  const canvas = cropped(image, { left: 0, top: 0, right: image.width, bottom: image.height });
  for (let i = 0; i < canvas.data.length; i += 4) {
    const alpha = canvas.data[i + 3];
    for (let c = i; c < i + 3; c++) canvas.data[c] = canvas.data[c] * alpha + (1 - alpha);
  }
  return resizeBicubic(canvas, size, size);
}

function failInvisible(): never {
  throw new InputError(
    "empty-picture",
    "cut-out: no pixel is visible — give a picture that shows an object",
  );
}

function premultiply({ data }: FloatImage): void {
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    data[i] *= alpha;
    data[i + 1] *= alpha;
    data[i + 2] *= alpha;
  }
}

function clampToUnit(data: Float32Array): void {
  for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(data[i], 0), 1);
}

function channelsOf(src: FloatImage, first: number, channels: number): FloatImage {
  const { width, height } = src;
  const data = new Float32Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    data[i] = src.data[Math.floor(i / channels) * src.channels + first + (i % channels)];
  }
  return { width, height, channels, data };
}

function planar({ width, height, channels, data }: FloatImage): Float32Array {
  const pixels = width * height;
  const tensor = new Float32Array(channels * pixels);
  for (let i = 0; i < tensor.length; i++) {
    tensor[i] = data[channels * (i % pixels) + Math.floor(i / pixels)];
  }
  return tensor;
}
