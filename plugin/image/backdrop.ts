/**
 * A model of a plain backdrop, fitted to the picture's frame.
 *
 * Each channel is a quadratic polynomial in x and y, enough for flat colours, gradients and
 * vignettes. The fit is robust, so the object may touch the frame: first absolute residuals, which
 * settle on the majority, then Tukey's weights, which leave everything else out.
 *
 * Distances between colours are Euclidean over sRGB bytes: pictures are blended in those values, so
 * along a soft edge they are linear in coverage, and equal steps look about equally large.
 */
import type { RgbaImage } from "../core/image.ts";

export interface Backdrop {
  /** (3, 6): red, green and blue in bytes over the terms 1, x, y, xx, xy, yy; x and y in -1..1. */
  readonly coefficients: Float64Array;
  /** Standard deviation of a channel around the model, bytes. */
  readonly noise: number;
  /** Colours at most this far from the model look like the backdrop. */
  readonly tolerance: number;
  /** Share of the frame, 0..1, within the tolerance. */
  readonly plainShare: number;
}

const TERMS = 6;
const MAX_SAMPLES = 1024;
/** Width of the frame relative to the picture's shorter side. */
const FRAME_SHARE = 0.01;

const ABSOLUTE_ROUNDS = 6;
const TUKEY_ROUNDS = 4;
/** Tukey's cut-off, in median residuals. */
const TUKEY_REACH = 4.7;
/** Keeps the equations solvable when all weight is on few pixels. */
const RIDGE = 1e-6;

/** Length of 3 independent normal residuals: median 1.54 sigma, 99.98% quantile 4.5 sigma. */
const MEDIAN_LENGTH = 1.54;
const TAIL_LENGTH = 4.5;
/** Rounding to bytes and light compression move even flat colours by a few steps. */
const MIN_TOLERANCE = 5;

interface Samples {
  readonly count: number;
  /** (count, TERMS) */
  readonly terms: Float64Array;
  /** (count, 3) bytes. */
  readonly colours: Float64Array;
}

export function fitBackdrop(image: RgbaImage): Backdrop {
  const samples = sampleFrame(image);
  const weights = new Float64Array(samples.count).fill(1);
  let coefficients = fitWeighted(samples, weights);
  let residuals = residualLengths(samples, coefficients);
  for (let round = 0; round < ABSOLUTE_ROUNDS + TUKEY_ROUNDS; round++) {
    const reach = Math.max(TUKEY_REACH * median(residuals), MIN_TOLERANCE);
    for (let i = 0; i < samples.count; i++) {
      weights[i] =
        round < ABSOLUTE_ROUNDS
          ? 1 / Math.max(residuals[i], 1)
          : Math.max(1 - (residuals[i] / reach) ** 2, 0) ** 2;
    }
    coefficients = fitWeighted(samples, weights);
    residuals = residualLengths(samples, coefficients);
  }

  const noise = median(residuals) / MEDIAN_LENGTH;
  const tolerance = Math.max(TAIL_LENGTH * noise, MIN_TOLERANCE);
  const plain = residuals.filter((residual) => residual <= tolerance).length;
  return { coefficients, noise, tolerance, plainShare: plain / samples.count };
}

/** The backdrop's colour behind pixel (x, y): red, green, blue in bytes, not rounded. */
export function backdropColour(
  { coefficients: k }: Backdrop,
  { width, height }: RgbaImage,
  x: number,
  y: number,
): [number, number, number] {
  const u = unit(x, width);
  const v = unit(y, height);
  const channel = (at: number) =>
    k[at] + u * (k[at + 1] + u * k[at + 3] + v * k[at + 4]) + v * (k[at + 2] + v * k[at + 5]);
  return [channel(0), channel(TERMS), channel(2 * TERMS)];
}

/** (height, width): how far each pixel's colour is from the backdrop behind it. */
export function contrastWith({ coefficients: k }: Backdrop, image: RgbaImage): Float32Array {
  const { width, height, data } = image;
  const contrast = new Float32Array(width * height);
  const columns = Float64Array.from({ length: width }, (_, x) => unit(x, width));
  const row = new Float64Array(3 * 3);
  for (let y = 0; y < height; y++) {
    const v = unit(y, height);
    for (let c = 0; c < 3; c++) {
      // Along a row a channel is row[3c] + u row[3c + 1] + u u row[3c + 2].
      row[3 * c] = k[c * TERMS] + v * (k[c * TERMS + 2] + v * k[c * TERMS + 5]);
      row[3 * c + 1] = k[c * TERMS + 1] + v * k[c * TERMS + 4];
      row[3 * c + 2] = k[c * TERMS + 3];
    }
    for (let x = 0; x < width; x++) {
      const u = columns[x];
      const p = y * width + x;
      const red = data[4 * p] - row[0] - u * (row[1] + u * row[2]);
      const green = data[4 * p + 1] - row[3] - u * (row[4] + u * row[5]);
      const blue = data[4 * p + 2] - row[6] - u * (row[7] + u * row[8]);
      contrast[p] = Math.sqrt(red * red + green * green + blue * blue);
    }
  }
  return contrast;
}

const unit = (i: number, size: number) => (size > 1 ? (2 * i) / (size - 1) - 1 : 0);

function sampleFrame({ width, height, data }: RgbaImage): Samples {
  const frame = Math.max(Math.round(FRAME_SHARE * Math.min(width, height)), 1);
  const pixels: number[] = [];
  for (let y = 0; y < height; y++) {
    const isRowOfFrame = y < frame || y >= height - frame;
    const step = isRowOfFrame ? 1 : width - 2 * frame + 1;
    for (let x = 0; x < width; x += x === frame - 1 ? step : 1) pixels.push(y * width + x);
  }

  const count = Math.min(pixels.length, MAX_SAMPLES);
  const terms = new Float64Array(count * TERMS);
  const colours = new Float64Array(count * 3);
  for (let i = 0; i < count; i++) {
    const p = pixels[Math.floor((i * pixels.length) / count)];
    const u = unit(p % width, width);
    const v = unit(Math.floor(p / width), height);
    terms.set([1, u, v, u * u, u * v, v * v], i * TERMS);
    for (let c = 0; c < 3; c++) colours[3 * i + c] = data[4 * p + c];
  }
  return { count, terms, colours };
}

/** Weighted least squares: (3, TERMS). */
function fitWeighted({ count, terms, colours }: Samples, weights: Float64Array): Float64Array {
  // Normal equations with the three right-hand sides as further columns.
  const columns = TERMS + 3;
  const system = new Float64Array(TERMS * columns);
  for (let i = 0; i < count; i++) {
    for (let row = 0; row < TERMS; row++) {
      const factor = weights[i] * terms[i * TERMS + row];
      const at = row * columns;
      for (let j = 0; j < TERMS; j++) system[at + j] += factor * terms[i * TERMS + j];
      for (let c = 0; c < 3; c++) system[at + TERMS + c] += factor * colours[3 * i + c];
    }
  }
  for (let row = 0; row < TERMS; row++) system[row * columns + row] += RIDGE;

  // Gauss-Jordan without pivoting: the matrix is symmetric and positive definite.
  for (let pivot = 0; pivot < TERMS; pivot++) {
    const diagonal = system[pivot * columns + pivot];
    for (let j = pivot; j < columns; j++) system[pivot * columns + j] /= diagonal;
    for (let row = 0; row < TERMS; row++) {
      const factor = row === pivot ? 0 : system[row * columns + pivot];
      for (let j = pivot; j < columns; j++) {
        system[row * columns + j] -= factor * system[pivot * columns + j];
      }
    }
  }
  return Float64Array.from(
    { length: 3 * TERMS },
    (_, i) => system[(i % TERMS) * columns + TERMS + Math.floor(i / TERMS)],
  );
}

function residualLengths(
  { count, terms, colours }: Samples,
  coefficients: Float64Array,
): Float64Array {
  const lengths = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let squares = 0;
    for (let c = 0; c < 3; c++) {
      let residual = -colours[3 * i + c];
      for (let term = 0; term < TERMS; term++) {
        residual += coefficients[c * TERMS + term] * terms[i * TERMS + term];
      }
      squares += residual * residual;
    }
    lengths[i] = Math.sqrt(squares);
  }
  return lengths;
}

function median(values: Float64Array): number {
  return values.slice().sort()[Math.floor(values.length / 2)];
}
