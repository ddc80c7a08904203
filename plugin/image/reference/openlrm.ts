/**
 * OpenLRM: the picture as it is, its alpha on white, stretched to a square. Its command-line program
 * expects pictures that are cut out and centred already.
 */
import { resizeBicubic } from "../resample.ts";
import { clampedToUnit, composited, type ReferenceRecipe } from "./recipe.ts";

export const openlrmRecipe: ReferenceRecipe = async ({ image, source }, { convention }) => {
  const onWhite = composited(image, 1);
  const picture = clampedToUnit(resizeBicubic(onWhite, convention.size, convention.size));
  return { picture, method: source.hasAlpha ? "alpha" : "none" };
};
