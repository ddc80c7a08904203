import type { RgbaImage } from "../core/image.ts";

/** JPEG and WebP compress in blocks of so many pixels. */
const CODEC_BLOCK = 8;

/** The greatest contrast in the 3 x 3 codec blocks around a pixel: its artefacts reach no farther. */
export function strongestNearby(
  contrast: Float32Array,
  { width, height }: RgbaImage,
): (p: number) => number {
  const columns = Math.ceil(width / CODEC_BLOCK);
  const rows = Math.ceil(height / CODEC_BLOCK);
  const strongest = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.trunc(y / CODEC_BLOCK) * columns;
    for (let x = 0; x < width; x++) {
      const block = row + Math.trunc(x / CODEC_BLOCK);
      strongest[block] = Math.max(strongest[block], contrast[y * width + x]);
    }
  }
  return (p) => {
    const column = Math.trunc((p % width) / CODEC_BLOCK);
    const row = Math.trunc(p / width / CODEC_BLOCK);
    let found = 0;
    for (let j = Math.max(row - 1, 0); j <= Math.min(row + 1, rows - 1); j++) {
      for (let i = Math.max(column - 1, 0); i <= Math.min(column + 1, columns - 1); i++) {
        found = Math.max(found, strongest[j * columns + i]);
      }
    }
    return found;
  };
}
