/**
 * Coverage and clean colours along the outline of an object on a known backdrop.
 *
 * An edge pixel shows a F + (1 - a) B. The backdrop B is known; the object's own colour F is taken
 * from the pixel reached by climbing away from the backdrop while contrast rises steeply towards
 * the same hue. Coverage a then follows by projection, and F replaces the pixel's colour, so that
 * nothing of the backdrop is left in it. A light rim ends the climb where it is flat, and stays.
 */
import type { RgbaImage } from "../core/image.ts";
import { type Backdrop, backdropColour } from "./backdrop.ts";
import { BACKDROP, OBJECT } from "./regions.ts";

/** Soft edges and compression fringes are at most this wide, in pixels. */
const EDGE_REACH = 8;
/** A climb goes on while a step gains at least this share of the contrast it reaches. */
const MIN_STEP = 0.1;
/** How far (share of F's contrast) a blend may lie off the line from B to F. */
const MAX_OFF_LINE = 0.15;
/** Beside a strong outline, fringes fainter than this share of it are compression artefacts. */
const FRINGE_SHARE = 0.1;
/** From here on a pixel counts as covered and keeps its own colour. */
const COVERED = 0.95;

interface Edge {
  readonly image: RgbaImage;
  readonly backdrop: Backdrop;
  /** (height, width), as is everything below but `pixels`. */
  readonly contrast: Float32Array;
  readonly regions: Uint8Array;
  /** Steps to the backdrop, 1..EDGE_REACH along the outline; 0 elsewhere. */
  readonly layer: Uint8Array;
  /** The pixels of all layers, outermost first. */
  readonly pixels: readonly number[];
}

/** The object in its own colours, with alpha; `regions` holds BACKDROP and OBJECT. */
export function extractObject(
  image: RgbaImage,
  backdrop: Backdrop,
  contrast: Float32Array,
  regions: Uint8Array,
): RgbaImage {
  const edge = { image, backdrop, contrast, ...findLayers(image, regions) };
  const { source, peak } = climb(edge);
  removeFringe(edge, source, peak);

  const data = new Uint8Array(image.data.length);
  for (let p = 0; p < edge.regions.length; p++) {
    if (edge.regions[p] !== OBJECT) continue;
    for (let i = 4 * p; i < 4 * p + 3; i++) data[i] = image.data[i];
    data[4 * p + 3] = 255;
  }
  for (const p of edge.pixels) {
    if (edge.regions[p] !== OBJECT || source[p] === p) continue;
    // Softness comes from outside: what lies behind a covered pixel is covered.
    const isExposed = neighbours4(p, image).some((q) => data[4 * q + 3] < 255);
    const coverage = isExposed ? project(edge, p, source[p]).coverage : 1;
    if (coverage >= COVERED) continue;
    data.set(image.data.subarray(4 * source[p], 4 * source[p] + 3), 4 * p);
    data[4 * p + 3] = Math.round(255 * coverage);
  }
  return { width: image.width, height: image.height, data };
}

/** `regions` is copied: removing fringes changes it. */
function findLayers(
  image: RgbaImage,
  regions: Uint8Array,
): { regions: Uint8Array; layer: Uint8Array; pixels: number[] } {
  const { width, height } = image;
  const layer = new Uint8Array(regions.length);
  const pixels: number[] = [];
  for (let p = 0; p < regions.length; p++) {
    if (regions[p] !== OBJECT) continue;
    const x = p % width;
    const isOutermost =
      (x > 0 && regions[p - 1] === BACKDROP) ||
      (x < width - 1 && regions[p + 1] === BACKDROP) ||
      (p >= width && regions[p - width] === BACKDROP) ||
      (p < width * (height - 1) && regions[p + width] === BACKDROP);
    if (!isOutermost) continue;
    layer[p] = 1;
    pixels.push(p);
  }
  for (let next = 0; next < pixels.length; next++) {
    const p = pixels[next];
    if (layer[p] === EDGE_REACH) break;
    for (const q of neighbours4(p, image)) {
      if (regions[q] !== OBJECT || layer[q] > 0) continue;
      layer[q] = layer[p] + 1;
      pixels.push(q);
    }
  }
  return { regions: regions.slice(), layer, pixels };
}

/**
 * For the layers' pixels: `source`, the pixel that has the object's own colour (the pixel itself
 * when it is no blend), and `peak`, the greatest contrast further in. Innermost first, so each
 * pixel continues the finished climb of the neighbour it steps to.
 */
function climb(edge: Edge): { source: Int32Array; peak: Float32Array } {
  const { contrast, layer, regions, image } = edge;
  const source = new Int32Array(contrast.length);
  const peak = new Float32Array(contrast.length);
  for (let i = edge.pixels.length - 1; i >= 0; i--) {
    const p = edge.pixels[i];
    source[p] = p;
    peak[p] = contrast[p];
    let steepest = p;
    for (const q of neighbours8(p, image)) {
      const isInward = regions[q] === OBJECT && (layer[q] === 0 || layer[q] > layer[p]);
      if (!isInward) continue;
      peak[p] = Math.max(peak[p], layer[q] === 0 ? contrast[q] : peak[q]);
      if (contrast[q] > contrast[steepest]) steepest = q;
    }
    if (contrast[steepest] - contrast[p] < MIN_STEP * contrast[steepest]) continue;
    const top = layer[steepest] === 0 ? steepest : source[steepest];
    if (project(edge, p, top).isBlend) source[p] = top;
  }
  return { source, peak };
}

/** Gives back to the backdrop what is faint beside a strong outline, from outside inwards. */
function removeFringe(edge: Edge, source: Int32Array, peak: Float32Array): void {
  const { contrast, regions, image } = edge;
  for (const p of edge.pixels) {
    const isFaint = contrast[source[p]] < FRINGE_SHARE * peak[p];
    if (isFaint && neighbours4(p, image).some((q) => regions[q] === BACKDROP)) {
      regions[p] = BACKDROP;
    }
  }
}

const behind = new Float64Array(3);

/** Pixel `p` as a blend of its backdrop and the colour of pixel `source`. */
function project(
  { image, backdrop, contrast }: Edge,
  p: number,
  source: number,
): { coverage: number; isBlend: boolean } {
  const { data, width } = image;
  backdropColour(backdrop, image, p % width, Math.floor(p / width), behind);
  let along = 0;
  let length = 0;
  for (let c = 0; c < 3; c++) {
    const direction = data[4 * source + c] - behind[c];
    along += direction * (data[4 * p + c] - behind[c]);
    length += direction * direction;
  }
  const coverage = along / length;
  const offLine = Math.sqrt(Math.max(contrast[p] ** 2 - coverage * along, 0));
  return {
    coverage: Math.min(Math.max(coverage, 0), 1),
    isBlend: coverage > 0 && offLine <= backdrop.tolerance + MAX_OFF_LINE * Math.sqrt(length),
  };
}

function neighbours4(p: number, { width, height }: RgbaImage): number[] {
  const x = p % width;
  const found: number[] = [];
  if (x > 0) found.push(p - 1);
  if (x < width - 1) found.push(p + 1);
  if (p >= width) found.push(p - width);
  if (p < width * (height - 1)) found.push(p + width);
  return found;
}

function neighbours8(p: number, { width, height }: RgbaImage): number[] {
  const x = p % width;
  const y = Math.floor(p / width);
  const found: number[] = [];
  for (let j = Math.max(y - 1, 0); j <= Math.min(y + 1, height - 1); j++) {
    for (let i = Math.max(x - 1, 0); i <= Math.min(x + 1, width - 1); i++) {
      if (j !== y || i !== x) found.push(j * width + i);
    }
  }
  return found;
}
