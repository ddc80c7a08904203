/**
 * What the reference programs of the model families share. They compute in f32, step by step, and
 * cut (not round) to bytes; both is kept, so that a picture reaches the network as it does there.
 *
 * Pictures longer than 2048 pixels are the exception: they have been reduced when they were read.
 */
import { InputError } from "../../core/errors.ts";
import type { FloatImage, RgbaImage } from "../../core/image.ts";
import { MATTE_NETWORK, type Segment } from "../../core/matte-network.ts";
import type { PictureConvention } from "../../core/picture-convention.ts";
import type { MatteMethod } from "../../core/picture-reading.ts";
import type { DecodedPicture } from "../decode.ts";
import type { PixelBounds } from "../recenter.ts";
import { salientMask } from "../salience.ts";

export interface RecipeOptions {
  /** Names the picture in messages. */
  readonly subject: string;
  readonly convention: PictureConvention;
  /** The matte network; undefined when it is not installed. */
  readonly segment: Segment | undefined;
}

export interface PreparedPicture {
  /** (S, S, 3), 0..1 sRGB. */
  readonly picture: FloatImage;
  readonly method: MatteMethod;
}

/** @throws InputError when it needs the matte network and there is none, or finds no object. */
export type ReferenceRecipe = (
  picture: DecodedPicture,
  options: RecipeOptions,
) => Promise<PreparedPicture>;

export function requireNetwork({ subject, segment }: RecipeOptions): Segment {
  if (segment !== undefined) return segment;
  throw new InputError(
    "not-found",
    `${subject}: preprocess reference cuts out with the matte network, which is not installed — run: maquette models add ${MATTE_NETWORK}`,
  );
}

export function requireObject(bounds: PixelBounds | undefined, subject: string): PixelBounds {
  if (bounds !== undefined) return bounds;
  throw new InputError(
    "empty-picture",
    `${subject}: no object was found in it — give a picture that shows one object`,
  );
}

/** rembg's cut-out: alpha is the mask, and colours are premultiplied by it. */
export async function premultipliedCutOut(
  picture: RgbaImage,
  segment: Segment,
): Promise<RgbaImage> {
  const mask = await salientMask(picture, segment);
  const data = new Uint8Array(picture.data.length);
  for (let p = 0; p < mask.data.length; p++) {
    for (let c = 0; c < 3; c++) data[4 * p + c] = scaled(picture.data[4 * p + c], mask.data[p]);
    data[4 * p + 3] = mask.data[p];
  }
  return { ...picture, data };
}

/** value * share / 255, rounded as Pillow's integer arithmetic does. */
function scaled(value: number, share: number): number {
  const t = value * share + 128;
  return ((t >> 8) + t) >> 8;
}

/** (height, width, 3): colours times alpha on a grey backdrop of 0..1. */
export function composited({ width, height, data: src }: RgbaImage, backdrop: number): FloatImage {
  const data = new Float32Array(width * height * 3);
  for (let p = 0; p < width * height; p++) {
    const alpha = Math.fround(src[4 * p + 3] / 255);
    const behind = Math.fround(Math.fround(1 - alpha) * backdrop);
    for (let c = 0; c < 3; c++) {
      data[3 * p + c] = Math.fround(Math.fround(src[4 * p + c] / 255) * alpha) + behind;
    }
  }
  return { width, height, channels: 3, data };
}

/** Values 0..1 cut to bytes; opaque where `image` has no alpha. */
export function cutToBytes({ width, height, channels, data: src }: FloatImage): RgbaImage {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < src.length; i++) {
    const to = 4 * Math.floor(i / channels) + (i % channels);
    data[to] = Math.trunc(Math.fround(255 * src[i]));
  }
  return { width, height, data };
}

export function clampedToUnit(image: FloatImage): FloatImage {
  return { ...image, data: image.data.map((value) => Math.min(Math.max(value, 0), 1)) };
}

/** All reference programs crop so; a single row or column is kept, where they would fail. */
export function withoutLastRowAndColumn(bounds: PixelBounds): PixelBounds {
  const { left, top, right, bottom } = bounds;
  return { left, top, right: Math.max(right - 1, left + 1), bottom: Math.max(bottom - 1, top + 1) };
}
