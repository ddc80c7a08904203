/** Picture -> object with alpha, in one of four ways. */
import { InputError } from "../core/errors.ts";
import type { RgbaImage } from "../core/image.ts";
import { MATTE_NETWORK, type Segment } from "../core/matte-network.ts";
import { MATTE_METHODS, type MatteChoice, type MatteMethod } from "../core/picture-reading.ts";
import { keyBackdrop } from "./backdrop-key.ts";
import {
  type CutAttempt,
  MAX_OBJECT_SHARE,
  MIN_OBJECT_SHARE,
  TRANSPARENT,
  visibleShare,
} from "./cut-attempt.ts";
import { cutOutSalient } from "./salience-matte.ts";

export interface Matte {
  readonly image: RgbaImage;
  readonly method: MatteMethod;
  /** For the user; each says what to do. */
  readonly warnings: readonly string[];
  /** The matte network would have been used, but is not installed. */
  readonly lacksNetwork: boolean;
}

export interface MatteOptions {
  readonly choice: MatteChoice;
  /** The matte network; undefined when it is not installed. */
  readonly segment: Segment | undefined;
}

/** Alpha means something when at least this share of the pixels is transparent. */
const MIN_TRANSPARENT_SHARE = 0.005;

const ADD_NETWORK = `run: maquette models add ${MATTE_NETWORK}`;
const PLAIN_REMEDY = "give the picture a transparent or a plain, one-colour background";

/**
 * Cuts the object out as `choice` says. `auto` means: by the picture's alpha where it has any, else
 * by a plain backdrop, else by the matte network, else not at all, with a warning.
 *
 * @param subject names the picture in messages.
 * @throws InputError when the picture is fully transparent or shows nothing but its backdrop, or
 *   when the chosen method cannot serve.
 */
export async function cutOut(
  image: RgbaImage,
  subject: string,
  { choice, segment }: MatteOptions,
): Promise<Matte> {
  const hasAlpha = hasMeaningfulAlpha(image, subject);
  const picture = hasAlpha ? onWhite(image) : image;
  const attempt = (method: MatteMethod): CutAttempt | Promise<CutAttempt> => {
    switch (method) {
      case "alpha":
        return hasAlpha ? { image } : { obstacle: "the picture has no transparent parts" };
      case "backdrop":
        return keyBackdrop(picture, subject);
      case "isnet":
        return bySalience(picture, segment);
      case "none":
        return { image: opaque(picture) };
    }
  };

  const methods: readonly MatteMethod[] = choice === "auto" ? MATTE_METHODS : [choice];
  const obstacles = new Map<MatteChoice, string>();
  for (const method of methods) {
    const outcome = await attempt(method);
    if ("image" in outcome) return matteOf(outcome.image, method, obstacles, segment);
    obstacles.set(method, outcome.obstacle);
  }
  const code = choice === "isnet" && segment === undefined ? "not-found" : "unsupported";
  const remedy = code === "not-found" ? ADD_NETWORK : "choose another --matte";
  throw new InputError(
    code,
    `${subject}: cannot be cut out by matte ${choice}: ${obstacles.get(choice)} — ${remedy}`,
  );
}

/** @param obstacles of the methods that were tried before. */
function matteOf(
  image: RgbaImage,
  method: MatteMethod,
  obstacles: ReadonlyMap<MatteChoice, string>,
  segment: Segment | undefined,
): Matte {
  const isLeftUncut = method === "none" && obstacles.size > 0;
  if (!isLeftUncut) return { image, method, warnings: [], lacksNetwork: false };
  const lacksNetwork = segment === undefined;
  const reasons = [obstacles.get("backdrop"), obstacles.get("isnet")].join("; ");
  const remedy = lacksNetwork ? `${ADD_NETWORK}, or ${PLAIN_REMEDY}` : PLAIN_REMEDY;
  const warning = `${reasons}; the whole picture is taken for the object — ${remedy}`;
  return { image, method, warnings: [warning], lacksNetwork };
}

async function bySalience(picture: RgbaImage, segment: Segment | undefined): Promise<CutAttempt> {
  if (segment === undefined) return { obstacle: "the matte network is not installed" };
  const image = await cutOutSalient(picture, segment);
  const share = visibleShare(image);
  if (share < MIN_OBJECT_SHARE) return { obstacle: "the matte network finds no object" };
  if (share > MAX_OBJECT_SHARE) return { obstacle: "the matte network finds no background" };
  return { image };
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

/** As a viewer shows it, opaque. */
function onWhite({ width, height, data: src }: RgbaImage): RgbaImage {
  const data = new Uint8Array(src.length);
  for (let i = 0; i < src.length; i += 4) {
    const alpha = src[i + 3] / 255;
    for (let c = i; c < i + 3; c++) data[c] = Math.round(src[c] * alpha + 255 * (1 - alpha));
    data[i + 3] = 255;
  }
  return { width, height, data };
}

function opaque(image: RgbaImage): RgbaImage {
  const data = image.data.slice();
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { ...image, data };
}
