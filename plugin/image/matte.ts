/** Picture -> object with alpha. Which of three ways is taken is decided by the picture alone. */
import { InputError } from "../core/errors.ts";
import type { RgbaImage } from "../core/image.ts";
import { type Backdrop, backdropColour, contrastWith, fitBackdrop } from "./backdrop.ts";
import { splitRegions } from "./regions.ts";
import { extractObject, findEdge, vagueOutlineShare } from "./soft-edge.ts";

/** `alpha`: the picture's own; `backdrop`: keyed out by colour; `none`: all of it is the object. */
export type MatteMethod = "alpha" | "backdrop" | "none";

export interface Matte {
  readonly image: RgbaImage;
  readonly method: MatteMethod;
  /** For the user; each says what to do. */
  readonly warnings: readonly string[];
}

/** Alpha bytes up to this are as good as transparent. */
const TRANSPARENT = 12;
/** Alpha means something when at least this share of the pixels is transparent. */
const MIN_TRANSPARENT_SHARE = 0.005;

/** A backdrop is plain when so much of the frame fits the model ... */
const MIN_PLAIN_SHARE = 0.6;
/** ... and its colours scatter at most so much around it (standard deviation, bytes). */
const MAX_NOISE = 8;

/** A key that follows no outline along more of its way has cut through the backdrop. */
const MAX_VAGUE_OUTLINE_SHARE = 0.4;

/** Objects outside these shares of the picture are an empty picture or a mere frame around one. */
const MIN_OBJECT_SHARE = 2e-4;
const MAX_OBJECT_SHARE = 0.97;

const REMEDY = "give the picture a transparent or a plain, one-colour background";

/**
 * Cuts the object out: by the picture's alpha where it has any, else by a plain backdrop (flat or
 * with a smooth gradient, known from the picture's frame), else not at all, with a warning.
 *
 * Limits of the backdrop key: a drop shadow belongs to the object, parts of the object that look
 * like the backdrop and reach its outline are lost, and see-through parts come out solid.
 *
 * @param subject names the picture in messages.
 * @throws InputError when the picture is fully transparent or shows nothing but its backdrop.
 */
export function cutOut(image: RgbaImage, subject: string): Matte {
  if (hasMeaningfulAlpha(image, subject)) return { image, method: "alpha", warnings: [] };

  const backdrop = fitBackdrop(image);
  if (backdrop.plainShare < MIN_PLAIN_SHARE || backdrop.noise > MAX_NOISE) {
    const fitting = Math.floor(100 * backdrop.plainShare);
    return uncut(
      image,
      `the background is not plain: ${fitting}% of the picture's frame fits one colour or gradient, which scatters by ${backdrop.noise.toFixed(1)} of 255; the whole picture is taken for the object — ${REMEDY}`,
    );
  }

  const contrast = contrastWith(backdrop, image);
  const edge = findEdge(image, backdrop, contrast, splitRegions(image, backdrop, contrast));
  const vagueShare = vagueOutlineShare(edge);
  if (vagueShare > MAX_VAGUE_OUTLINE_SHARE) {
    return uncut(
      image,
      `the background is not plain: it changes inside the picture, ${Math.round(100 * vagueShare)}% of the object's outline could not be found; the whole picture is taken for the object — ${REMEDY}`,
    );
  }
  const cut = extractObject(edge);
  const share = visibleShare(cut);
  if (share < MIN_OBJECT_SHARE) {
    throw new InputError(
      "empty-picture",
      `${subject}: shows nothing but its ${colourName(backdrop, image)} background — draw an object that stands out from it`,
    );
  }
  if (share > MAX_OBJECT_SHARE) {
    return uncut(
      image,
      `only ${(100 * (1 - share)).toFixed(1)}% of the picture is background; the whole picture is taken for the object — ${REMEDY}`,
    );
  }
  return { image: cut, method: "backdrop", warnings: [] };
}

/** @throws InputError when nothing at all is visible. */
function hasMeaningfulAlpha({ data }: RgbaImage, subject: string): boolean {
  let transparent = 0;
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] <= TRANSPARENT) transparent++;
  }
  const pixels = data.length / 4;
  if (transparent === pixels) {
    throw new InputError(
      "empty-picture",
      `${subject}: is fully transparent — make the object's layer visible and export again`,
    );
  }
  return transparent >= MIN_TRANSPARENT_SHARE * pixels;
}

function uncut(image: RgbaImage, warning: string): Matte {
  const data = image.data.slice();
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { image: { ...image, data }, method: "none", warnings: [warning] };
}

function visibleShare({ data }: RgbaImage): number {
  let visible = 0;
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] > TRANSPARENT) visible++;
  }
  return visible / (data.length / 4);
}

function colourName(backdrop: Backdrop, image: RgbaImage): string {
  const colour = backdropColour(backdrop, image, image.width / 2, image.height / 2);
  const hex = (value: number) =>
    Math.round(Math.min(Math.max(value, 0), 255))
      .toString(16)
      .padStart(2, "0");
  return `#${colour.map(hex).join("")}`;
}
