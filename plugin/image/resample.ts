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
  filterLine(toBytes(across), down, lanczosFilter(src.height, height), width * channels);
  return { width, height, channels, data: toBytes(down) };
}

function resizeFloats(
  src: FloatImage,
  width: number,
  height: number,
  filter: FilterMaker,
): FloatImage {
  const { channels } = src;
  // Down first: one "pixel" of that pass is a whole row, which makes its inner loop long.
  const rowLength = src.width * channels;
  const down = new Float32Array(height * rowLength);
  filterLine(src.data, down, filter(src.height, height), rowLength);

  const data = new Float32Array(height * width * channels);
  filterRows(down, data, filter(src.width, width), src.width, channels);
  return { width, height, channels, data };
}

/** Filters every row of a picture that is `width` pixels wide. */
function filterRows(
  src: Float32Array | Uint8Array,
  dst: Float32Array | Float64Array,
  filter: Filter,
  width: number,
  channels: number,
): void {
  const srcLength = width * channels;
  const dstLength = (filter.taps.length / filter.count) * channels;
  for (let y = 0; y < src.length / srcLength; y++) {
    const row = src.subarray(y * srcLength, (y + 1) * srcLength);
    filterLine(row, dst.subarray(y * dstLength), filter, channels);
  }
}

/** Filters one line of pixels of `stride` values each. */
function filterLine(
  src: Float32Array | Uint8Array,
  dst: Float32Array | Float64Array,
  { count, taps, weights }: Filter,
  stride: number,
): void {
  const sums = new Float64Array(stride);
  for (let d = 0; d < taps.length / count; d++) {
    sums.fill(0);
    for (let i = d * count; i < (d + 1) * count; i++) {
      const weight = weights[i];
      if (weight === 0) continue;
      const from = taps[i] * stride;
      for (let c = 0; c < stride; c++) sums[c] += weight * src[from + c];
    }
    dst.set(sums, d * stride);
  }
}

/** Halves go up. */
function toBytes(values: Float64Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.min(Math.max(Math.floor(value + 0.5), 0), 255));
}
