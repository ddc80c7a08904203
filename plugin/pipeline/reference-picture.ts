import { InputError } from "../core/errors.ts";
import type { MatteChoice, MatteMethod } from "../core/picture-reading.ts";
import type { DecodedPicture } from "../image/decode.ts";
import { planar } from "../image/planar.ts";
import { openlrmRecipe } from "../image/reference/openlrm.ts";
import type { RecipeOptions, ReferenceRecipe } from "../image/reference/recipe.ts";
import { triposrRecipe } from "../image/reference/triposr.ts";
import { vfusion3dRecipe } from "../image/reference/vfusion3d.ts";
import type { Architecture, Family } from "../models/architecture.ts";

const RECIPES: Readonly<Record<Family, ReferenceRecipe>> = {
  vfusion3d: vfusion3dRecipe,
  openlrm: openlrmRecipe,
  triposr: triposrRecipe,
};

export interface ReferencePictureOptions extends Omit<RecipeOptions, "convention"> {
  readonly matte: MatteChoice;
}

/**
 * The network's picture (1, 3, S, S), 0..1, as the family's reference program prepares it.
 *
 * @throws InputError when a matte was chosen too, and the recipe's.
 */
export async function prepareAsReference(
  decoded: DecodedPicture,
  { family, picture: convention }: Architecture,
  { matte, ...options }: ReferencePictureOptions,
): Promise<{ tensor: Float32Array; method: MatteMethod }> {
  if (matte !== "auto") {
    throw new InputError(
      "bad-option",
      `${options.subject}: matte ${matte} and preprocess reference were both chosen — a reference program cuts out in its own way; leave matte at auto`,
    );
  }
  const { picture, method } = await RECIPES[family](decoded, { ...options, convention });
  return { tensor: planar(picture), method };
}
