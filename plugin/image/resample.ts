/**
 * Resizing as the reference pipelines do it, separable and on any number of channels; see
 * `filters.ts` for what each filter is.
 */
import type { FloatImage } from "../core/image.ts";
import {
  bilinearFilter,
  boxFilter,
  cubicFilter,
  enlargingFilter,
  type Filter,
  type FilterMaker,
  lanczosFilter,
} from "./filters.ts";

/** Interleaved bytes; `data` is (height, width, channels). */
export interface ByteImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/**
 * OpenCV's INTER_AREA: the mean over each destination pixel's box when neither axis grows, else a
 * two-tap interpolation on both axes.
 */
export function resizeArea(src: FloatImage, width: number, height: number): FloatImage {
  const reduces = src.width >= width && src.height >= height;
  return resizeFloats(src, width, height, reduces ? boxFilter : enlargingFilter);
}

/**
 * PyTorch's `interpolate(mode="bicubic", align_corners=True, antialias=False)`. Values may
 * overshoot the source's range.
 */
export function resizeBicubic(src: FloatImage, width: number, height: number): FloatImage {
  return resizeFloats(src, width, height, cubicFilter);
}

/** PyTorch's `interpolate(mode="bilinear", align_corners=False, antialias=True)`. */
export function resizeBilinear(src: FloatImage, width: number, height: number): FloatImage {
  return resizeFloats(src, width, height, bilinearFilter);
}

/**
 * Pillow's `resize` with LANCZOS: first across, then down, each rounded to bytes. No channel is
 * taken for alpha.
 */
export function resizeLanczos(src: ByteImage, width: number, height: number): ByteImage {
  const { channels } = src;
  // Sums are exact in f64, so that halves are told from what is just below.
  const across = new Float64Array(src.height * width * channels);
  filterRows(src.data, across, lanczosFilter(src.width, width), src.width, channels);
  const down = new Float64Array(height * width * channels);
  filterColumns(toBytes(across), down, lanczosFilter(src.height, height), width * channels);
  return { width, height, channels, data: toBytes(down) };
}

function resizeFloats(
  src: FloatImage,
  width: number,
  height: number,
  filter: FilterMaker,
): FloatImage {
  const { channels } = src;
  const rowLength = src.width * channels;
  const down = new Float32Array(height * rowLength);
  filterColumns(src.data, down, filter(src.height, height), rowLength);

  const data = new Float32Array(height * width * channels);
  filterRows(down, data, filter(src.width, width), src.width, channels);
  return { width, height, channels, data };
}

/** Filters along every row of a picture that is `width` pixels wide. */
function filterRows(
  src: Float32Array | Uint8Array,
  dst: Float32Array | Float64Array,
  { count, taps, weights }: Filter,
  width: number,
  channels: number,
): void {
  const height = src.length / (width * channels);
  const dstWidth = taps.length / count;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = y * width * channels;
    for (let d = 0; d < dstWidth; d++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let i = d * count; i < (d + 1) * count; i++) {
          sum += weights[i] * src[row + taps[i] * channels + c];
        }
        dst[to++] = sum;
      }
    }
  }
}

/** Filters down all columns of a picture whose rows have `rowLength` values. */
function filterColumns(
  src: Float32Array | Uint8Array,
  dst: Float32Array | Float64Array,
  { count, taps, weights }: Filter,
  rowLength: number,
): void {
  const sums = new Float64Array(rowLength);
  for (let d = 0; d < taps.length / count; d++) {
    sums.fill(0);
    for (let i = d * count; i < (d + 1) * count; i++) {
      const weight = weights[i];
      if (weight === 0) continue;
      const from = taps[i] * rowLength;
      for (let x = 0; x < rowLength; x++) sums[x] += weight * src[from + x];
    }
    dst.set(sums, d * rowLength);
  }
}

/** Halves go up. */
function toBytes(values: Float64Array): Uint8Array {
  const bytes = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = Math.floor(values[i] + 0.5);
  return new Uint8Array(bytes.buffer);
}
