/**
 * Coverage and clean colours along the outline of an object on a known backdrop.
 *
 * An edge pixel shows a F + (1 - a) B. The backdrop B is known; the object's own colour F is taken
 * from the pixel reached by climbing away from the backdrop while contrast rises steeply towards
 * the same hue. Coverage a then follows by projection, and F replaces the pixel's colour, so that
 * nothing of the backdrop is left in it. A light rim ends the climb where it is flat, and stays.
 *
 * Pixels on the picture's own border are never edges, so every edge pixel has all its neighbours.
 */
import type { RgbaImage } from "../core/image.ts";
import { type Backdrop, backdropColour } from "./backdrop.ts";
import type { RegionMap } from "./region-map.ts";
import { BACKDROP, OBJECT } from "./regions.ts";
import { strongestNearby } from "./strongest-nearby.ts";

/** Soft edges and compression fringes are at most this wide, in pixels. */
const EDGE_REACH = 8;
/** A climb goes on while a step gains at least this share of the contrast it reaches. */
const MIN_STEP = 0.1;
/** How far (share of F's contrast) a blend may lie off the line from B to F. */
const MAX_OFF_LINE = 0.15;
/** Beside a strong outline, fringes fainter than this share of it are compression artefacts. */
const FRINGE_SHARE = 0.15;
/** A clear outline has contrasts of this many tolerances nearby. */
const CLEAR_TOLERANCES = 4;
/** Up to here a pixel counts as backdrop; from here on as covered, and keeps its own colour. */
const UNCOVERED = 0.05;
const COVERED = 0.95;

/** The outline of the object in a keyed picture. */
export interface Edge {
  readonly image: RgbaImage;
  readonly backdrop: Backdrop;
  /** (height, width) */
  readonly contrast: Float32Array;
  readonly map: RegionMap;
  /** (height, width): steps to the backdrop, 1..EDGE_REACH along the outline; 0 elsewhere. */
  readonly layer: Uint8Array;
  /** The pixels of all layers, outermost first. */
  readonly pixels: readonly number[];
  /** Index offsets of the pixels across a side, and across a side or corner. */
  readonly sides: readonly number[];
  readonly around: readonly number[];
  /** The greatest contrast near a pixel. */
  readonly strongest: (p: number) => number;
}

/** @param map BACKDROP and OBJECT. */
export function findEdge(
  image: RgbaImage,
  backdrop: Backdrop,
  contrast: Float32Array,
  map: RegionMap,
): Edge {
  const { width, height } = image;
  const { labels } = map;
  const sides = [-1, 1, -width, width];
  const around = [...sides, -width - 1, -width + 1, width - 1, width + 1];
  const layer = new Uint8Array(labels.length);
  const pixels: number[] = [];
  const add = (p: number, steps: number) => {
    const x = p % width;
    if (x === 0 || x === width - 1 || p < width || p >= width * (height - 1)) return;
    layer[p] = steps;
    pixels.push(p);
  };
  for (let p = width; p < width * (height - 1); p++) {
    if (labels[p] !== OBJECT) continue;
    const isOutermost =
      labels[p - 1] === BACKDROP ||
      labels[p + 1] === BACKDROP ||
      labels[p - width] === BACKDROP ||
      labels[p + width] === BACKDROP;
    if (isOutermost) add(p, 1);
  }
  for (let next = 0; next < pixels.length && layer[pixels[next]] < EDGE_REACH; next++) {
    for (const offset of sides) {
      const q = pixels[next] + offset;
      if (labels[q] === OBJECT && layer[q] === 0) add(q, layer[pixels[next]] + 1);
    }
  }
  const strongest = strongestNearby(contrast, image);
  return { image, backdrop, contrast, map, layer, pixels, sides, around, strongest };
}

/**
 * Share of the outline, 0..1, along which nothing stands out from the backdrop: there the key has
 * cut where the backdrop itself drifts away from its model.
 */
export function vagueOutlineShare({ backdrop, layer, pixels, strongest }: Edge): number {
  const clear = CLEAR_TOLERANCES * backdrop.tolerance;
  let outline = 0;
  let vague = 0;
  for (const p of pixels) {
    if (layer[p] > 1) break;
    outline++;
    if (strongest(p) < clear) vague++;
  }
  return outline === 0 ? 0 : vague / outline;
}

/**
 * The object in its own colours, with alpha. In the edge's map, what turns out to be a compression
 * fringe becomes BACKDROP.
 */
export function extractObject(edge: Edge): RgbaImage {
  const { image, map } = edge;
  removeFringe(edge);

  const data = new Uint8Array(image.data.length);
  for (let p = 0; p < map.labels.length; p++) {
    if (map.labels[p] === OBJECT) setPixel(data, p, image.data, p, 255);
  }
  for (const p of edge.pixels) {
    // What lies behind a covered pixel is covered: softness comes from outside.
    const isExposed = edge.sides.some((offset) => data[4 * (p + offset) + 3] < 255);
    if (map.labels[p] !== OBJECT || !isExposed) continue;
    const source = climb(edge, p);
    const coverage = blendCoverage(edge, p, source) ?? 1;
    if (coverage >= COVERED) continue;
    const alpha = coverage <= UNCOVERED ? 0 : Math.round(255 * coverage);
    setPixel(data, p, image.data, source, alpha);
  }
  return { width: image.width, height: image.height, data };
}

function setPixel(dst: Uint8Array, p: number, src: Uint8Array, from: number, alpha: number): void {
  dst[4 * p] = src[4 * from];
  dst[4 * p + 1] = src[4 * from + 1];
  dst[4 * p + 2] = src[4 * from + 2];
  dst[4 * p + 3] = alpha;
}

/** From an edge pixel to the pixel that has the object's own colour; possibly the same. */
function climb({ contrast, layer, map, around }: Edge, start: number): number {
  let p = start;
  while (layer[p] > 0) {
    let steepest = p;
    for (const offset of around) {
      const q = p + offset;
      const isOutward = map.labels[q] !== OBJECT || (layer[q] > 0 && layer[q] < layer[p]);
      if (!isOutward && contrast[q] > contrast[steepest]) steepest = q;
    }
    if (contrast[steepest] - contrast[p] <= MIN_STEP * contrast[steepest]) break;
    p = steepest;
  }
  return p;
}

/** Gives back to the backdrop what is faint beside a strong outline, from outside inwards. */
function removeFringe(edge: Edge): void {
  const { contrast, map, pixels, sides, strongest } = edge;
  for (const p of pixels) {
    const isExposed = sides.some((offset) => map.labels[p + offset] === BACKDROP);
    if (!isExposed) continue;
    const source = climb(edge, p);
    const isSoftEdge = source !== p && blendCoverage(edge, p, source) !== undefined;
    const reached = contrast[isSoftEdge ? source : p];
    if (reached < FRINGE_SHARE * strongest(p)) map.labels[p] = BACKDROP;
  }
}

/**
 * Coverage 0..1 of pixel `p` if it is a blend of the backdrop behind it and the colour of pixel
 * `source`, else undefined.
 */
function blendCoverage(
  { image, backdrop, contrast }: Edge,
  p: number,
  source: number,
): number | undefined {
  const { data, width } = image;
  const behind = backdropColour(backdrop, image, p % width, Math.floor(p / width));
  let along = 0;
  let lengthSquared = 0;
  for (let c = 0; c < 3; c++) {
    const direction = data[4 * source + c] - behind[c];
    along += direction * (data[4 * p + c] - behind[c]);
    lengthSquared += direction * direction;
  }
  const coverage = along / lengthSquared;
  const offLine = Math.sqrt(Math.max(contrast[p] ** 2 - coverage * along, 0));
  const isBlend = offLine <= backdrop.tolerance + MAX_OFF_LINE * Math.sqrt(lengthSquared);
  return isBlend && coverage >= 0 ? Math.min(coverage, 1) : undefined;
}
