/**
 * Near-white objects drawn on white can vanish for a network trained on white backgrounds. Before
 * compositing they can be darkened by a tone curve that is undone on the mesh's colours.
 *
 * The curve subtracts the same grey from red, green and blue, so hue and contrast between channels
 * stay. How much depends on the smallest channel w alone (w is high only for whitish colours): w
 * in [KNEE, 1] is compressed linearly to [KNEE, WHITE], which is continuous, monotone and, since w
 * maps one to one, invertible. Colours with w <= KNEE are not touched.
 */
import type { RgbaImage } from "../core/image.ts";

/** sRGB 0..1. Half the slope above the knee costs one bit of shading and buys 0.2 of contrast. */
const KNEE = 0.6;
const WHITE = 0.8;
const SLOPE = (WHITE - KNEE) / (1 - KNEE);

/** A pixel whose smallest channel (of 255) is at least this hardly stands out from white. */
const NEAR_WHITE = 217;

/** Share, 0..1, of the visible area that is near white; 0 when nothing is visible. */
export function nearWhiteShare({ data }: RgbaImage): number {
  let visible = 0;
  let nearWhite = 0;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    visible += alpha;
    if (Math.min(data[i], data[i + 1], data[i + 2]) >= NEAR_WHITE) nearWhite += alpha;
  }
  return visible === 0 ? 0 : nearWhite / visible;
}

/** A copy whose whitish colours are darker; alpha is kept. */
export function darkenNearWhite({ width, height, data: src }: RgbaImage): RgbaImage {
  const data = src.slice();
  for (let i = 0; i < data.length; i += 4) {
    const smallest = Math.min(src[i], src[i + 1], src[i + 2]) / 255;
    const shift = Math.round(255 * Math.max(smallest - KNEE, 0) * (1 - SLOPE));
    for (let c = i; c < i + 3; c++) data[c] = src[c] - shift;
  }
  return { width, height, data };
}

/**
 * The colours before darkening: (N, 3) sRGB, clamped to 0..1, as a new array. Also defined for
 * colours that darkening cannot produce, since the network's colours are only near the picture's.
 */
export function restoreNearWhite(colours: Float32Array): Float32Array {
  const restored = new Float32Array(colours.length);
  for (let i = 0; i < colours.length; i += 3) {
    const smallest = Math.min(colours[i], colours[i + 1], colours[i + 2], WHITE);
    const shift = Math.max(smallest - KNEE, 0) * (1 / SLOPE - 1);
    for (let c = i; c < i + 3; c++) restored[c] = Math.min(Math.max(colours[c] + shift, 0), 1);
  }
  return restored;
}
