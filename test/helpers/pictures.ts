/** Pictures drawn from closed forms, for tests that know every pixel. */
import type { RgbaImage } from "../../plugin/core/image.ts";

/** Formats made of pixels, as sharp and as Maquette name them. */
export const RASTER_FORMATS = [
  ["png", "PNG"],
  ["jpeg", "JPEG"],
  ["webp", "WebP"],
  ["avif", "AVIF"],
  ["gif", "GIF"],
  ["tiff", "TIFF"],
] as const;

export type Rgb = readonly [number, number, number];

export interface Layer {
  readonly colour: Rgb;
  /** Coverage 0..1 of the layer at a point, in pixels; pixel centres lie at halves. */
  readonly coverage: (x: number, y: number) => number;
}

/** Blends layers over a backdrop in sRGB values, as drawing programs do; opaque. */
export function drawPicture(
  width: number,
  height: number,
  backdrop: (x: number, y: number) => Rgb,
  layers: readonly Layer[],
): RgbaImage {
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let colour = backdrop(x, y);
      for (const layer of layers) {
        const a = layer.coverage(x + 0.5, y + 0.5);
        colour = colour.map((value, c) => value * (1 - a) + a * layer.colour[c]) as unknown as Rgb;
      }
      data.set([...colour.map(Math.round), 255], 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

/** Coverage of a disc whose edge is a linear ramp `softness` pixels wide, centred on the radius. */
export function disc(
  centreX: number,
  centreY: number,
  radius: number,
  softness = 1,
): (x: number, y: number) => number {
  return (x, y) => {
    const inside = (radius - Math.hypot(x - centreX, y - centreY)) / softness + 0.5;
    return Math.min(Math.max(inside, 0), 1);
  };
}

/** Coverage of an axis-aligned box, [left, right) x [top, bottom). */
export function box(
  left: number,
  top: number,
  right: number,
  bottom: number,
): (x: number, y: number) => number {
  return (x, y) => (x >= left && x < right && y >= top && y < bottom ? 1 : 0);
}

/** [red, green, blue, alpha] of a pixel. */
export function pixel(image: RgbaImage, x: number, y: number): number[] {
  return Array.from(image.data.subarray(4 * (y * image.width + x), 4 * (y * image.width + x) + 4));
}
