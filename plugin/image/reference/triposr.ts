/**
 * TripoSR: a picture without transparent parts is cut out, the object is padded to a square and
 * then to its share of the canvas, and composited on grey; only then is it resized.
 *
 * The reference program cuts out with rembg's default network, u2net. Here it is ISNet, the better
 * one of the two and the only one that can be installed, so pictures without alpha of their own are
 * the reference's up to the mask.
 */
import type { RgbaImage } from "../../core/image.ts";
import { type PixelBounds, visibleBounds } from "../recenter.ts";
import { resizeBilinear } from "../resample.ts";
import {
  composited,
  cutToBytes,
  premultipliedCutOut,
  type ReferenceRecipe,
  requireNetwork,
  requireObject,
  withoutLastRowAndColumn,
} from "./recipe.ts";

export const triposrRecipe: ReferenceRecipe = async ({ image }, options) => {
  const { subject, convention } = options;
  const { size, borderRatio, backdrop } = convention;
  const method = hasTransparency(image) ? "alpha" : "isnet";
  const cut =
    method === "alpha" ? image : await premultipliedCutOut(image, requireNetwork(options));
  const bounds = requireObject(visibleBounds(cut, 0), subject);
  const padded = paddedToSquare(cut, withoutLastRowAndColumn(bounds), 1 - borderRatio);
  const onGrey = composited(cutToBytes(composited(padded, backdrop)), backdrop);
  return { picture: resizeBilinear(onGrey, size, size), method };
};

function hasTransparency({ data }: RgbaImage): boolean {
  return data.some((value, i) => i % 4 === 3 && value < 255);
}

/** The crop on a transparent square of which its longest side takes the share `ratio`. */
export function paddedToSquare(image: RgbaImage, crop: PixelBounds, ratio: number): RgbaImage {
  const width = crop.right - crop.left;
  const height = crop.bottom - crop.top;
  const longest = Math.max(width, height);
  const size = Math.trunc(longest / ratio);
  // Padded twice, each time with the smaller half on the left and on top.
  const outer = Math.floor((size - longest) / 2);
  const left = outer + Math.floor((longest - width) / 2);
  const top = outer + Math.floor((longest - height) / 2);
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < height; y++) {
    const from = 4 * ((crop.top + y) * image.width + crop.left);
    data.set(image.data.subarray(from, from + 4 * width), 4 * ((top + y) * size + left));
  }
  return { width: size, height: size, data };
}
