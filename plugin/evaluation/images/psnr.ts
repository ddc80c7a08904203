import type { FloatImage } from "../../core/image.ts";
import { assertComparable, clipped } from "./comparable.ts";

/**
 * Peak signal-to-noise ratio in decibels, over all pixels and channels, of values clipped to 0..1.
 * Infinite for equal pictures.
 */
export function psnr(picture: FloatImage, truth: FloatImage): number {
  return -10 * Math.log10(meanSquaredError(picture, truth));
}

/** @throws RangeError when the pictures' sizes differ. */
export function meanSquaredError(picture: FloatImage, truth: FloatImage): number {
  assertComparable("psnr", picture, truth);
  let sum = 0;
  for (let i = 0; i < truth.data.length; i++) {
    sum += (clipped(picture.data[i]) - clipped(truth.data[i])) ** 2;
  }
  return sum / truth.data.length;
}
