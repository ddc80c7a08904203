/** Cuts an object out by the plain backdrop it stands on. */
import { InputError } from "../core/errors.ts";
import type { RgbaImage } from "../core/image.ts";
import { type Backdrop, backdropColour, contrastWith, fitBackdrop } from "./backdrop.ts";
import {
  type CutAttempt,
  MAX_OBJECT_SHARE,
  MIN_OBJECT_SHARE,
  visibleShare,
} from "./cut-attempt.ts";
import { splitRegions } from "./regions.ts";
import { extractObject, findEdge, vagueOutlineShare } from "./soft-edge.ts";

/** A backdrop is plain when so much of the frame fits the model ... */
const MIN_PLAIN_SHARE = 0.6;
/** ... and its colours scatter at most so much around it (standard deviation, bytes). */
const MAX_NOISE = 8;

/** A key that follows no outline along more of its way has cut through the backdrop. */
const MAX_VAGUE_OUTLINE_SHARE = 0.4;

/**
 * Keys out a plain backdrop: flat or with a smooth gradient, known from the picture's frame.
 *
 * Limits: a drop shadow belongs to the object, parts of the object that look like the backdrop and
 * reach its outline are lost, and see-through parts come out solid.
 *
 * @param picture Opaque; its alpha is ignored.
 * @param subject names the picture in messages.
 * @throws InputError when the picture shows nothing but its backdrop.
 */
export function keyBackdrop(picture: RgbaImage, subject: string): CutAttempt {
  const backdrop = fitBackdrop(picture);
  if (backdrop.plainShare < MIN_PLAIN_SHARE || backdrop.noise > MAX_NOISE) {
    const fitting = Math.floor(100 * backdrop.plainShare);
    return {
      obstacle: `the background is not plain: ${fitting}% of the picture's frame fits one colour or gradient, which scatters by ${backdrop.noise.toFixed(1)} of 255`,
    };
  }

  const contrast = contrastWith(backdrop, picture);
  const edge = findEdge(picture, backdrop, contrast, splitRegions(picture, backdrop, contrast));
  const vagueShare = vagueOutlineShare(edge);
  if (vagueShare > MAX_VAGUE_OUTLINE_SHARE) {
    return {
      obstacle: `the background is not plain: it changes inside the picture, ${Math.round(100 * vagueShare)}% of the object's outline could not be found`,
    };
  }
  const image = extractObject(edge);
  const share = visibleShare(image);
  if (share < MIN_OBJECT_SHARE) {
    throw new InputError(
      "empty-picture",
      `${subject}: shows nothing but its ${colourName(backdrop, picture)} background — draw an object that stands out from it`,
    );
  }
  if (share > MAX_OBJECT_SHARE) {
    return { obstacle: `only ${(100 * (1 - share)).toFixed(1)}% of the picture is background` };
  }
  return { image };
}

function colourName(backdrop: Backdrop, image: RgbaImage): string {
  const colour = backdropColour(backdrop, image, image.width / 2, image.height / 2);
  const hex = (value: number) =>
    Math.round(Math.min(Math.max(value, 0), 255))
      .toString(16)
      .padStart(2, "0");
  return `#${colour.map(hex).join("")}`;
}
