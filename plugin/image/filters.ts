/**
 * Resampling filters of the reference pipelines, one axis each: for every destination index the
 * source indices that it is made of, and their weights.
 */

/** For each destination index `count` taps; `taps` and `weights` are (destinations, count). */
export interface Filter {
  readonly count: number;
  readonly taps: Int32Array;
  readonly weights: Float64Array;
}

/** Makes the filter from `srcSize` to `dstSize` pixels. */
export type FilterMaker = (srcSize: number, dstSize: number) => Filter;

/** A gap narrower than this at either end of a box is left out, as OpenCV does. */
const BOX_GAP = 1e-3;

/** OpenCV's INTER_AREA where no axis grows: the mean over each destination pixel's box. */
export function boxFilter(srcSize: number, dstSize: number): Filter {
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

/** OpenCV's INTER_AREA where an axis grows: two taps. */
export function enlargingFilter(srcSize: number, dstSize: number): Filter {
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

/** Cubic convolution with a = -0.75 from corner to corner, edges repeated, not antialiased. */
export function cubicFilter(srcSize: number, dstSize: number): Filter {
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

/** Antialiased interpolation, as PyTorch and Pillow have it. */
export function bilinearFilter(srcSize: number, dstSize: number): Filter {
  return antialiased(srcSize, dstSize, 1, (x) => Math.max(1 - Math.abs(x), 0));
}

const LANCZOS_LOBES = 3;
/** Pillow keeps the weights of 8-bit pictures as whole multiples of this. */
const FIXED_POINT = 2 ** -22;

/** Pillow's LANCZOS for 8-bit pictures. */
export function lanczosFilter(srcSize: number, dstSize: number): Filter {
  const filter = antialiased(
    srcSize,
    dstSize,
    LANCZOS_LOBES,
    (x) => sinc(x) * sinc(x / LANCZOS_LOBES),
  );
  const { weights } = filter;
  for (let i = 0; i < weights.length; i++) {
    const units = Math.round(Math.abs(weights[i]) / FIXED_POINT);
    weights[i] = Math.sign(weights[i]) * units * FIXED_POINT;
  }
  return filter;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/**
 * `kernel`, zero outside -reach..reach, stretched by the scale where the picture shrinks; the
 * weights within the picture are normalised to 1.
 */
function antialiased(
  srcSize: number,
  dstSize: number,
  reach: number,
  kernel: (x: number) => number,
): Filter {
  const scale = srcSize / dstSize;
  const stretch = Math.max(scale, 1);
  const support = reach * stretch;
  const filter = emptyFilter(dstSize, Math.ceil(2 * support) + 1);
  for (let d = 0; d < dstSize; d++) {
    const centre = scale * (d + 0.5);
    const first = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), srcSize);
    const at = d * filter.count;
    let sum = 0;
    for (let tap = first; tap < end; tap++) {
      const weight = kernel((tap - centre + 0.5) / stretch);
      filter.taps[at + tap - first] = tap;
      filter.weights[at + tap - first] = weight;
      sum += weight;
    }
    for (let i = at; i < at + end - first; i++) filter.weights[i] /= sum;
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
