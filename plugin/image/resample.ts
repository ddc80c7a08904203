/**
 * The two resampling filters of the VFusion3D reference pipeline, separable and on any number of
 * channels: OpenCV's INTER_AREA for fitting a cut-out into its canvas, and PyTorch's bicubic with
 * align_corners and without antialiasing for bringing the canvas to the network's size.
 */
import type { FloatImage } from "../core/image.ts";

/** For each destination index `count` taps; `taps` and `weights` are (destinations, count). */
interface Filter {
  readonly count: number;
  readonly taps: Int32Array;
  readonly weights: Float64Array;
}

/**
 * OpenCV's INTER_AREA: the mean over each destination pixel's box when neither axis grows, else a
 * two-tap interpolation on both axes.
 */
export function resizeArea(src: FloatImage, width: number, height: number): FloatImage {
  const reduces = src.width >= width && src.height >= height;
  const filter = reduces ? boxFilter : enlargingFilter;
  return applySeparable(src, filter(src.width, width), filter(src.height, height));
}

/**
 * PyTorch's `interpolate(mode="bicubic", align_corners=True, antialias=False)`: cubic convolution
 * with a = -0.75, edges repeated. Values may overshoot the source's range.
 */
export function resizeBicubic(src: FloatImage, width: number, height: number): FloatImage {
  return applySeparable(src, cubicFilter(src.width, width), cubicFilter(src.height, height));
}

/** A gap narrower than this at either end of a box is left out, as OpenCV does. */
const BOX_GAP = 1e-3;

function boxFilter(srcSize: number, dstSize: number): Filter {
  const scale = srcSize / dstSize;
  const filter = emptyFilter(dstSize, Math.ceil(scale) + 2);
  for (let d = 0; d < dstSize; d++) {
    const start = d * scale;
    const end = start + scale;
    const cell = Math.min(scale, srcSize - start);
    const last = Math.min(Math.floor(end), srcSize - 1);
    const first = Math.min(Math.ceil(start), last);
    let at = d * filter.count;
    const add = (tap: number, weight: number) => {
      filter.taps[at] = tap;
      filter.weights[at++] = weight / cell;
    };
    if (first - start > BOX_GAP) add(first - 1, first - start);
    for (let tap = first; tap < last; tap++) add(tap, 1);
    if (end - last > BOX_GAP) add(last, Math.min(end - last, 1, cell));
  }
  return filter;
}

function enlargingFilter(srcSize: number, dstSize: number): Filter {
  const scale = srcSize / dstSize;
  const filter = emptyFilter(dstSize, 2);
  for (let d = 0; d < dstSize; d++) {
    const first = Math.floor(d * scale);
    const reach = d + 1 - (first + 1) / scale;
    const second = reach <= 0 ? 0 : reach - Math.floor(reach);
    filter.taps.set([Math.min(first, srcSize - 1), Math.min(first + 1, srcSize - 1)], 2 * d);
    filter.weights.set([1 - second, second], 2 * d);
  }
  return filter;
}

const CUBIC_A = -0.75;

function cubicFilter(srcSize: number, dstSize: number): Filter {
  const near = (x: number) => ((CUBIC_A + 2) * x - (CUBIC_A + 3)) * x * x + 1;
  const far = (x: number) => ((CUBIC_A * x - 5 * CUBIC_A) * x + 8 * CUBIC_A) * x - 4 * CUBIC_A;
  const scale = dstSize > 1 ? (srcSize - 1) / (dstSize - 1) : 0;
  const filter = emptyFilter(dstSize, 4);
  for (let d = 0; d < dstSize; d++) {
    const position = d * scale;
    const k = Math.floor(position);
    const t = position - k;
    const clamped = [k - 1, k, k + 1, k + 2].map((tap) => Math.min(Math.max(tap, 0), srcSize - 1));
    filter.taps.set(clamped, 4 * d);
    filter.weights.set([far(1 + t), near(t), near(1 - t), far(2 - t)], 4 * d);
  }
  return filter;
}

function emptyFilter(dstSize: number, count: number): Filter {
  return {
    count,
    taps: new Int32Array(dstSize * count),
    weights: new Float64Array(dstSize * count),
  };
}

function applySeparable(src: FloatImage, horizontal: Filter, vertical: Filter): FloatImage {
  const { channels } = src;
  const width = horizontal.taps.length / horizontal.count;
  const height = vertical.taps.length / vertical.count;

  // Rows first: one "pixel" of that pass is a whole row, which makes its inner loop long.
  const rowLength = src.width * channels;
  const rows = new Float32Array(height * rowLength);
  filterLine(src.data, rows, vertical, rowLength);

  const data = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * rowLength, (y + 1) * rowLength);
    filterLine(row, data.subarray(y * width * channels), horizontal, channels);
  }
  return { width, height, channels, data };
}

/** Filters one line of pixels of `stride` values each. */
function filterLine(
  src: Float32Array,
  dst: Float32Array,
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
