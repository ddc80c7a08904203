/**
 * Splits a picture into backdrop and object, given each pixel's contrast with the backdrop.
 *
 * Backdrop is what looks like it and hangs together with the picture's frame, and in addition every
 * enclosed region that must be a hole: seen through a handle or a ring. Colour alone cannot tell a
 * hole from a highlight or from paint, so a hole has to be large enough, as near to the backdrop as
 * the frame is, and sharply outlined (highlights fade). White and black are common paint and
 * highlight colours, so on such backdrops a hole must also be a good part of the object, yet
 * smaller than what surrounds it: else it is the body of something drawn in outline. On white this
 * errs towards keeping, which a white background forgives.
 */
import type { RgbaImage } from "../core/image.ts";
import { type Backdrop, backdropColour } from "./backdrop.ts";
import { RegionMap, type RegionMembers } from "./region-map.ts";

export const BACKDROP = 0;
export const OBJECT = 1;
/** Looks like the backdrop, not yet decided. */
const ALIKE = 2;
/** Unlike the backdrop, not yet decided. */
const UNLIKE = 3;
/** The region under decision. */
const CANDIDATE = 4;

/** An object's part must somewhere stand out by this many tolerances; fainter ones are noise. */
const DISTINCT_TOLERANCES = 2.5;
/** Smaller islands are dust; share of the picture. */
const MIN_ISLAND_SHARE = 2e-5;

/** Of the object's area with everything enclosed. */
const MIN_HOLE_SHARE = 0.0005;
const MIN_HOLE_SHARE_ON_WHITE_OR_BLACK = 0.04;
/** A backdrop whose channels are all this near (bytes) to white or black. */
const WHITE_OR_BLACK_REACH = 12;
/** How much farther (bytes) than the frame's noise a hole's mean colour may be from the model. */
const HOLE_COLOUR_SLACK = 2;

/** An outline is sharp when contrast rises between these shares of its plateau ... */
const RISE_FROM = 0.15;
const RISE_TO = 0.6;
/** ... within this distance relative to the picture's longest side ... */
const SHARP_REACH = 0.003;
/** ... the plateau being the greatest contrast up to this many such distances away ... */
const PLATEAU_REACHES = 5;
/** ... along at least this share of the hole's rim. */
const SHARP_RIM_SHARE = 0.7;

/** A map of BACKDROP and OBJECT. */
export function splitRegions(
  image: RgbaImage,
  backdrop: Backdrop,
  contrast: Float32Array,
): RegionMap {
  const map = new RegionMap(image.width, image.height);
  for (let p = 0; p < contrast.length; p++) {
    map.labels[p] = contrast[p] <= backdrop.tolerance ? ALIKE : UNLIKE;
  }

  const solid = joinIslands(map, backdrop, contrast);
  let reached = 0;
  for (const p of framePixels(map)) {
    if (map.labels[p] === ALIKE) reached += map.grow(p, BACKDROP).count;
  }
  const enclosed = contrast.length - solid - reached;
  if (enclosed > 0) openHoles(map, { solid, enclosed }, image, backdrop, contrast);
  return map;
}

/**
 * Noise and dust become like what surrounds them; all else unlike the backdrop is object, whose
 * pixels are counted.
 */
function joinIslands(map: RegionMap, backdrop: Backdrop, contrast: Float32Array): number {
  const distinct = DISTINCT_TOLERANCES * backdrop.tolerance;
  const minArea = MIN_ISLAND_SHARE * contrast.length;
  let solid = 0;
  for (let seed = 0; seed < contrast.length; seed++) {
    if (map.labels[seed] !== UNLIKE) continue;
    const island = map.grow(seed, OBJECT);
    const isObject = island.count >= minArea && hasContrastAbove(distinct, island, contrast);
    if (isObject) solid += island.count;
    else map.relabel(island, ALIKE);
  }
  return solid;
}

function hasContrastAbove(
  level: number,
  { pixels, count }: RegionMembers,
  contrast: Float32Array,
): boolean {
  for (let i = 0; i < count; i++) if (contrast[pixels[i]] > level) return true;
  return false;
}

/** Decides on the regions that look like the backdrop but do not reach the frame. */
function openHoles(
  map: RegionMap,
  { solid, enclosed }: { readonly solid: number; readonly enclosed: number },
  image: RgbaImage,
  backdrop: Backdrop,
  contrast: Float32Array,
): void {
  const needsMore = isWhiteOrBlack(backdrop, image);
  const share = needsMore ? MIN_HOLE_SHARE_ON_WHITE_OR_BLACK : MIN_HOLE_SHARE;
  const minArea = share * (solid + enclosed);
  const maxArea = needsMore ? solid : Number.POSITIVE_INFINITY;

  for (let seed = 0; seed < contrast.length; seed++) {
    if (map.labels[seed] !== ALIKE) continue;
    const region = map.grow(seed, CANDIDATE);
    const isHole =
      region.count >= minArea &&
      region.count <= maxArea &&
      matchesFrame(region, image, backdrop) &&
      isSharplyOutlined(region, map, contrast);
    map.relabel(region, isHole ? BACKDROP : OBJECT);
  }
}

/** True when the region's mean colour is as near to the model as the frame's noise allows. */
function matchesFrame(
  { pixels, count }: RegionMembers,
  image: RgbaImage,
  backdrop: Backdrop,
): boolean {
  const sums = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const p = pixels[i];
    const behind = backdropColour(backdrop, image, p % image.width, Math.floor(p / image.width));
    for (let c = 0; c < 3; c++) sums[c] += image.data[4 * p + c] - behind[c];
  }
  return Math.hypot(...sums) / count <= backdrop.noise + HOLE_COLOUR_SLACK;
}

/** Walks outwards from the rim, left, right, up and down, and looks at how contrast rises. */
function isSharplyOutlined(
  { pixels, count }: RegionMembers,
  { labels, width, height }: RegionMap,
  contrast: Float32Array,
): boolean {
  const reach = Math.max(Math.round(SHARP_REACH * Math.max(width, height)), 2);
  let walks = 0;
  let sharp = 0;
  for (let member = 0; member < count; member++) {
    const p = pixels[member];
    for (const step of [-1, 1, -width, width]) {
      // A region that does not reach the frame has all its neighbours.
      if (labels[p + step] === CANDIDATE) continue;
      const length = Math.min(roomAhead(p, step, width, height), PLATEAU_REACHES * reach);
      walks++;
      if (riseLength(contrast, p, step, length) <= reach) sharp++;
    }
  }
  return sharp >= SHARP_RIM_SHARE * walks;
}

/** Steps from pixel `p` to the picture's border. */
function roomAhead(p: number, step: number, width: number, height: number): number {
  const x = p % width;
  const y = Math.floor(p / width);
  if (step === -1) return x;
  if (step === 1) return width - 1 - x;
  return step < 0 ? y : height - 1 - y;
}

/** Steps from where contrast has begun to rise to where it has risen, walking from pixel `p`. */
function riseLength(contrast: Float32Array, p: number, step: number, length: number): number {
  let plateau = 0;
  for (let i = 1; i <= length; i++) plateau = Math.max(plateau, contrast[p + i * step]);
  let from = 0;
  while (contrast[p + from * step] < RISE_FROM * plateau) from++;
  let to = from;
  while (contrast[p + to * step] < RISE_TO * plateau) to++;
  return to - from;
}

function isWhiteOrBlack(backdrop: Backdrop, image: RgbaImage): boolean {
  const colour = backdropColour(backdrop, image, image.width / 2, image.height / 2);
  return (
    colour.every((value) => value >= 255 - WHITE_OR_BLACK_REACH) ||
    colour.every((value) => value <= WHITE_OR_BLACK_REACH)
  );
}

function* framePixels({ width, height }: RegionMap): Generator<number> {
  for (let x = 0; x < width; x++) {
    yield x;
    yield (height - 1) * width + x;
  }
  for (let y = 0; y < height; y++) {
    yield y * width;
    yield y * width + width - 1;
  }
}
