/** Puts a cut-out object in the middle of a square canvas with an empty border. */
import type { FloatImage, RgbaImage } from "../core/image.ts";
import { resizeArea } from "./resample.ts";

/** Columns `left` to `right - 1`, rows `top` to `bottom - 1`. */
export interface PixelBounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Placement {
  /** The canvas is (size, size). */
  readonly size: number;
  /** Where the object goes on it. */
  readonly bounds: PixelBounds;
}

/** The smallest bounds that hold every pixel with alpha above `threshold`, if there is one. */
export function visibleBounds(
  { width, height, data }: RgbaImage,
  threshold: number,
): PixelBounds | undefined {
  return boundsWhere(width, height, (p) => data[4 * p + 3] > threshold);
}

/** The smallest bounds that hold every pixel for which `isInside`, if there is one. */
export function boundsWhere(
  width: number,
  height: number,
  isInside: (pixel: number) => boolean,
): PixelBounds | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isInside(y * width + x)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return right > 0 ? { left, top, right, bottom } : undefined;
}

/** Centres an object of the given bounds so that its longest side is `longest` pixels. */
export function placeInCentre(bounds: PixelBounds, size: number, longest: number): Placement {
  const width = bounds.right - bounds.left;
  const height = bounds.bottom - bounds.top;
  const scale = longest / Math.max(width, height);
  const dstWidth = Math.max(Math.trunc(width * scale), 1);
  const dstHeight = Math.max(Math.trunc(height * scale), 1);
  const left = Math.floor((size - dstWidth) / 2);
  const top = Math.floor((size - dstHeight) / 2);
  return { size, bounds: { left, top, right: left + dstWidth, bottom: top + dstHeight } };
}

/** `crop` resized by area onto an otherwise empty (all zero) canvas; channels are independent. */
export function pasteResized(crop: FloatImage, { size, bounds }: Placement): FloatImage {
  const { channels } = crop;
  const object = resizeArea(crop, bounds.right - bounds.left, bounds.bottom - bounds.top);
  const data = new Float32Array(size * size * channels);
  for (let y = 0; y < object.height; y++) {
    const row = object.data.subarray(
      y * object.width * channels,
      (y + 1) * object.width * channels,
    );
    data.set(row, ((bounds.top + y) * size + bounds.left) * channels);
  }
  return { width: size, height: size, channels, data };
}

/** The given part of a picture as values 0..1, its channels as they are. */
export function cropped(image: RgbaImage, bounds: PixelBounds): FloatImage {
  const width = bounds.right - bounds.left;
  const height = bounds.bottom - bounds.top;
  const data = new Float32Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = 4 * ((bounds.top + y) * image.width + bounds.left);
    const to = 4 * y * width;
    for (let i = 0; i < 4 * width; i++) data[to + i] = image.data[from + i] / 255;
  }
  return { width, height, channels: 4, data };
}
