/** The salient object of a picture, cut out as it looks best: straight alpha, clean colours. */
import type { RgbaImage } from "../core/image.ts";
import type { Segment } from "../core/matte-network.ts";
import { withForegroundColours } from "./foreground-colours.ts";
import { RegionMap } from "./region-map.ts";
import { salientMask } from "./salience.ts";

/** A network is never quite sure: so near (of 255) to transparent or opaque counts as such. */
const UNSURE = 12;
/** Patches that hang together with nothing are stray below this share of the largest. */
const STRAY_SHARE = 0.005;

/** @param picture Opaque; its alpha is ignored. */
export async function cutOutSalient(picture: RgbaImage, segment: Segment): Promise<RgbaImage> {
  const mask = await salientMask(picture, segment);
  const data = picture.data.slice();
  for (let p = 0; p < mask.data.length; p++) {
    const sure = (mask.data[p] - UNSURE) / (255 - 2 * UNSURE);
    data[4 * p + 3] = Math.round(255 * Math.min(Math.max(sure, 0), 1));
  }
  const cut = { ...picture, data };
  clearStrayPatches(cut);
  return withForegroundColours(cut);
}

const CLEAR = 0;
const VISIBLE = 1;
const VISITED = 2;

function clearStrayPatches({ width, height, data }: RgbaImage): void {
  const map = new RegionMap(width, height);
  for (let p = 0; p < map.labels.length; p++) {
    map.labels[p] = data[4 * p + 3] > 0 ? VISIBLE : CLEAR;
  }
  const patches: { seed: number; area: number }[] = [];
  for (let seed = 0; seed < map.labels.length; seed++) {
    if (map.labels[seed] !== VISIBLE) continue;
    patches.push({ seed, area: map.grow(seed, VISITED).count });
  }
  const largest = patches.reduce((most, { area }) => Math.max(most, area), 0);
  for (const { seed, area } of patches) {
    if (area >= STRAY_SHARE * largest) continue;
    const { pixels, count } = map.grow(seed, CLEAR);
    for (let i = 0; i < count; i++) data[4 * pixels[i] + 3] = 0;
  }
}
