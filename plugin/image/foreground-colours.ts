/**
 * The object's own colours along its soft edges, where a picture shows a blend with what is behind.
 *
 * Both colours of the blend are first guessed by spreading: the object's from the pixels that it
 * covers wholly, the background's from those it does not touch. The object's guess F and the
 * background's B are then corrected by what the picture I shows: F + a (I - a F - (1 - a) B), as in
 * Forte, "Approximate Fast Foreground Colour Estimation" (2021), which spreads with box blurs. So
 * the detail of half-transparent parts stays and the background's colour goes.
 */
import type { RgbaImage } from "../core/image.ts";

/** A copy of `image` whose partly transparent pixels have the object's colours. */
export function withForegroundColours(image: RgbaImage): RgbaImage {
  const { width, height, data: src } = image;
  const foreground = spread(image, 255);
  const background = spread(image, 0);
  const data = src.slice();
  for (let p = 0; p < width * height; p++) {
    const alpha = src[4 * p + 3] / 255;
    if (alpha === 0 || alpha === 1) continue;
    for (let i = 4 * p; i < 4 * p + 3; i++) {
      const missing = src[i] - alpha * foreground[i] - (1 - alpha) * background[i];
      data[i] = Math.min(Math.max(Math.round(foreground[i] + alpha * missing), 0), 255);
    }
  }
  return { width, height, data };
}

const UNREACHED = 0xffff;

/**
 * (height, width, 4) colours that grow from the pixels whose alpha is `seedAlpha` into the partly
 * transparent ones, layer after layer, each pixel the mean of its neighbours in earlier layers.
 * Pixels that are not reached keep the picture's colour.
 */
function spread({ width, height, data }: RgbaImage, seedAlpha: number): Float32Array {
  const colours = Float32Array.from(data);
  const layers = new Uint16Array(width * height).fill(UNREACHED);
  const queue: number[] = [];
  for (let p = 0; p < layers.length; p++) if (data[4 * p + 3] === seedAlpha) layers[p] = 0;

  const neighbours = (p: number) => neighbourPixels(p, width, height);
  const reach = (p: number, layer: number) => {
    layers[p] = layer;
    queue.push(p);
  };
  for (let p = 0; p < layers.length; p++) {
    const isSoft = data[4 * p + 3] > 0 && data[4 * p + 3] < 255;
    if (isSoft && neighbours(p).some((q) => layers[q] === 0)) reach(p, 1);
  }
  for (let next = 0; next < queue.length; next++) {
    const p = queue[next];
    const around = neighbours(p);
    const sources = around.filter((q) => layers[q] < layers[p]);
    for (let c = 0; c < 3; c++) {
      const sum = sources.reduce((total, q) => total + colours[4 * q + c], 0);
      colours[4 * p + c] = sum / sources.length;
    }
    for (const q of around) {
      const alpha = data[4 * q + 3];
      if (layers[q] === UNREACHED && alpha > 0 && alpha < 255) reach(q, layers[p] + 1);
    }
  }
  return colours;
}

function neighbourPixels(p: number, width: number, height: number): number[] {
  const x = p % width;
  const y = Math.floor(p / width);
  const found: number[] = [];
  for (let v = Math.max(y - 1, 0); v <= Math.min(y + 1, height - 1); v++) {
    for (let u = Math.max(x - 1, 0); u <= Math.min(x + 1, width - 1); u++) {
      if (u !== x || v !== y) found.push(v * width + u);
    }
  }
  return found;
}
