/** How a picture is read, as people choose it. */

/**
 * How the object was cut out. `alpha`: by the picture's own; `backdrop`: a plain one, keyed out by
 * colour; `isnet`: found by the matte network; `none`: the whole picture is the object.
 */
export const MATTE_METHODS = ["alpha", "backdrop", "isnet", "none"] as const;

export type MatteMethod = (typeof MATTE_METHODS)[number];

/** `auto` is the first method, in the order above, that serves. */
export const MATTE_CHOICES: readonly ["auto", ...typeof MATTE_METHODS] = ["auto", ...MATTE_METHODS];

export type MatteChoice = (typeof MATTE_CHOICES)[number];

/**
 * `best`: what looks best. `reference`: to the letter as the model family's reference program does
 * it, its own way of cutting out included, for results that are to be compared with it.
 */
export const PREPROCESSES = ["best", "reference"] as const;

export type Preprocess = (typeof PREPROCESSES)[number];

export interface PictureReading {
  readonly matte: MatteChoice;
  readonly preprocess: Preprocess;
}

export const DEFAULT_READING: PictureReading = { matte: "auto", preprocess: "best" };
