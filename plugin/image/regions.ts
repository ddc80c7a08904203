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

/** Per pixel of the region map. */
export const BACKDROP = 0;
export const OBJECT = 1;
/** Looks like the backdrop, not yet decided. */
const ALIKE = 2;
/** Unlike the backdrop, not yet decided. */
const UNLIKE = 3;

/** An object's part must somewhere stand out by this many tolerances; fainter ones are noise. */
const DISTINCT_TOLERANCES = 2.5;
/** Smaller islands are dust; share of the picture. */
const MIN_ISLAND_SHARE = 2e-5;

/** Of the object's area with everything enclosed. */
const MIN_HOLE_SHARE = 0.002;
const MIN_HOLE_SHARE_ON_WHITE_OR_BLACK = 0.04;
/** A backdrop whose channels are all this near (bytes) to white or black. */
const WHITE_OR_BLACK_REACH = 12;
/** How much farther (bytes) than the frame's noise a hole's mean colour may be from the model. */
const HOLE_COLOUR_SLACK = 1;
/** Within this distance from a hole, relative to the longest side, an outline has risen ... */
const OUTLINE_REACH = 0.003;
/** ... to this share of what it rises to within the next few of these distances ... */
const OUTLINE_RISE = 0.6;
const OUTLINE_PLATEAU = 4;
/** ... along at least this share of the hole's rim. */
const CRISP_RIM_SHARE = 0.7;

/** Pixels of one region: the first `count` of `pixels`. */
interface Members {
  readonly pixels: Int32Array;
  readonly count: number;
}

/** (height, width) of BACKDROP and OBJECT. */
export function splitRegions(
  image: RgbaImage,
  backdrop: Backdrop,
  contrast: Float32Array,
): Uint8Array {
  const { width, height } = image;
  const map = new RegionMap(width, height);
  for (let p = 0; p < contrast.length; p++) {
    map.regions[p] = contrast[p] <= backdrop.tolerance ? ALIKE : UNLIKE;
  }

  for (const p of framePixels(width, height)) {
    if (map.regions[p] === ALIKE) map.grow(p, BACKDROP, false);
  }
  removeIslands(map, backdrop, contrast);
  openHoles(map, image, backdrop, contrast);
  return map.regions;
}

/** Regions under construction, with one queue for all flood fills. */
class RegionMap {
  readonly width: number;
  readonly height: number;
  readonly regions: Uint8Array;
  readonly #queue: Int32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.regions = new Uint8Array(width * height);
    this.#queue = new Int32Array(width * height);
  }

  /**
   * Relabels the connected region around `seed`; corners connect when `diagonal`. The members are
   * valid until the next call.
   */
  grow(seed: number, label: number, diagonal: boolean): Members {
    const { width, height, regions } = this;
    const queue = this.#queue;
    const from = regions[seed];
    let count = 0;
    const visit = (p: number) => {
      if (regions[p] !== from) return;
      regions[p] = label;
      queue[count++] = p;
    };
    visit(seed);
    for (let next = 0; next < count; next++) {
      const p = queue[next];
      const x = p % width;
      const hasLeft = x > 0;
      const hasRight = x < width - 1;
      if (hasLeft) visit(p - 1);
      if (hasRight) visit(p + 1);
      if (p >= width) {
        visit(p - width);
        if (diagonal && hasLeft) visit(p - width - 1);
        if (diagonal && hasRight) visit(p - width + 1);
      }
      if (p < width * (height - 1)) {
        visit(p + width);
        if (diagonal && hasLeft) visit(p + width - 1);
        if (diagonal && hasRight) visit(p + width + 1);
      }
    }
    return { pixels: queue, count };
  }

  relabel({ pixels, count }: Members, label: number): void {
    for (let i = 0; i < count; i++) this.regions[pixels[i]] = label;
  }
}

/** Noise and dust in the backdrop become backdrop; all else unlike it becomes object. */
function removeIslands(map: RegionMap, backdrop: Backdrop, contrast: Float32Array): void {
  const distinct = DISTINCT_TOLERANCES * backdrop.tolerance;
  const minArea = MIN_ISLAND_SHARE * contrast.length;
  for (let seed = 0; seed < contrast.length; seed++) {
    if (map.regions[seed] !== UNLIKE) continue;
    const island = map.grow(seed, OBJECT, true);
    let peak = 0;
    for (let i = 0; i < island.count; i++) peak = Math.max(peak, contrast[island.pixels[i]]);
    if (peak < distinct || island.count < minArea) map.relabel(island, BACKDROP);
  }
}

/** Decides on the regions that look like the backdrop but do not reach the frame. */
function openHoles(
  map: RegionMap,
  image: RgbaImage,
  backdrop: Backdrop,
  contrast: Float32Array,
): void {
  let solid = 0;
  let enclosed = 0;
  for (const region of map.regions) {
    if (region === OBJECT) solid++;
    else if (region === ALIKE) enclosed++;
  }
  const needsMore = isWhiteOrBlack(backdrop, image);
  const share = needsMore ? MIN_HOLE_SHARE_ON_WHITE_OR_BLACK : MIN_HOLE_SHARE;
  const minArea = share * (solid + enclosed);
  const maxArea = needsMore ? solid : Number.POSITIVE_INFINITY;

  for (let seed = 0; seed < contrast.length; seed++) {
    if (map.regions[seed] !== ALIKE) continue;
    const region = map.grow(seed, OBJECT, false);
    const isHole =
      region.count >= minArea &&
      region.count <= maxArea &&
      matchesFrame(region, image, backdrop) &&
      isSharplyOutlined(region, map, contrast);
    if (isHole) map.relabel(region, BACKDROP);
  }
}

/** True when the region's mean colour is as near to the model as the frame's noise allows. */
function matchesFrame({ pixels, count }: Members, image: RgbaImage, backdrop: Backdrop): boolean {
  const behind = new Float64Array(3);
  const sums = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const p = pixels[i];
    backdropColour(backdrop, image, p % image.width, Math.floor(p / image.width), behind);
    for (let c = 0; c < 3; c++) sums[c] += image.data[4 * p + c] - behind[c];
  }
  return Math.hypot(...sums) / count <= backdrop.noise + HOLE_COLOUR_SLACK;
}

/** Walks outwards from the rim, left, right, up and down, and looks at how contrast rises. */
function isSharplyOutlined(
  { pixels, count }: Members,
  { width, height }: RegionMap,
  contrast: Float32Array,
): boolean {
  const reach = Math.max(Math.round(OUTLINE_REACH * Math.max(width, height)), 2);
  const inside = new Set(pixels.subarray(0, count));
  let walks = 0;
  let crisp = 0;
  for (const p of inside) {
    const x = p % width;
    const y = Math.floor(p / width);
    for (const [dx, dy, room] of [
      [-1, 0, x],
      [1, 0, width - 1 - x],
      [0, -1, y],
      [0, 1, height - 1 - y],
    ]) {
      const step = dx + dy * width;
      if (room === 0 || inside.has(p + step)) continue;
      let near = 0;
      let plateau = 0;
      for (let i = 1; i <= Math.min(room, OUTLINE_PLATEAU * reach); i++) {
        const risen = contrast[p + i * step];
        if (i <= reach) near = Math.max(near, risen);
        plateau = Math.max(plateau, risen);
      }
      walks++;
      if (near >= OUTLINE_RISE * plateau) crisp++;
    }
  }
  return crisp >= CRISP_RIM_SHARE * walks;
}

function isWhiteOrBlack(backdrop: Backdrop, image: RgbaImage): boolean {
  const colour = new Float64Array(3);
  backdropColour(backdrop, image, image.width / 2, image.height / 2, colour);
  return (
    colour.every((value) => value >= 255 - WHITE_OR_BLACK_REACH) ||
    colour.every((value) => value <= WHITE_OR_BLACK_REACH)
  );
}

function* framePixels(width: number, height: number): Generator<number> {
  for (let x = 0; x < width; x++) {
    yield x;
    yield (height - 1) * width + x;
  }
  for (let y = 0; y < height; y++) {
    yield y * width;
    yield y * width + width - 1;
  }
}
