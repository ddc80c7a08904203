import type { FloatImage } from "../../core/image.ts";
import { assertComparable, clipped } from "./comparable.ts";

const WINDOW = 11;
const SIGMA = 1.5;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

/**
 * Structural similarity (Wang et al., "Image quality assessment", 2004), at most 1: Gaussian windows
 * of 11 pixels that lie wholly in the picture, population covariances, values clipped to 0..1, mean
 * over windows and channels. Other programs pad the border with zeros, which gives other numbers.
 *
 * @throws RangeError when the sizes differ or a side is shorter than 11 pixels.
 */
export function ssim(picture: FloatImage, truth: FloatImage): number {
  assertComparable("ssim", picture, truth);
  const { width, height, channels } = truth;
  if (width < WINDOW || height < WINDOW) {
    throw new RangeError(`ssim: ${width} x ${height} pixels, less than a window of ${WINDOW}`);
  }
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) sum += channelSsim(picture, truth, channel);
  return sum / channels;
}

function channelSsim(picture: FloatImage, truth: FloatImage, channel: number): number {
  const { width, height, channels } = truth;
  const plane = (image: FloatImage) =>
    Float64Array.from({ length: width * height }, (_, i) =>
      clipped(image.data[channels * i + channel]),
    );
  const x = plane(picture);
  const y = plane(truth);
  const windowMeans = (value: (i: number) => number) =>
    blurred(
      x.map((_, i) => value(i)),
      width,
    );
  const meanX = windowMeans((i) => x[i]);
  const meanY = windowMeans((i) => y[i]);
  const meanXX = windowMeans((i) => x[i] * x[i]);
  const meanYY = windowMeans((i) => y[i] * y[i]);
  const meanXY = windowMeans((i) => x[i] * y[i]);

  let sum = 0;
  for (let i = 0; i < meanX.length; i++) {
    const [mx, my] = [meanX[i], meanY[i]];
    const varianceX = meanXX[i] - mx * mx;
    const varianceY = meanYY[i] - my * my;
    const covariance = meanXY[i] - mx * my;
    sum +=
      ((2 * mx * my + C1) * (2 * covariance + C2)) /
      ((mx * mx + my * my + C1) * (varianceX + varianceY + C2));
  }
  return sum / meanX.length;
}

/** Gaussian means over all windows that lie within a plane of the given width. */
function blurred(plane: Float64Array, width: number): Float64Array {
  const height = plane.length / width;
  const valid = width - WINDOW + 1;
  const alongRows = new Float64Array(valid * height);
  for (let i = 0; i < alongRows.length; i++) {
    alongRows[i] = weightedSum(plane, Math.floor(i / valid) * width + (i % valid), 1);
  }
  return Float64Array.from({ length: valid * (height - WINDOW + 1) }, (_, i) =>
    weightedSum(alongRows, i, valid),
  );
}

/** Of the values from `start` on, `step` apart. */
function weightedSum(values: Float64Array, start: number, step: number): number {
  let sum = 0;
  for (let k = 0; k < WINDOW; k++) sum += WEIGHTS[k] * values[start + k * step];
  return sum;
}

const WEIGHTS = gaussian();

function gaussian(): number[] {
  const values = Array.from({ length: WINDOW }, (_, k) =>
    Math.exp(-((k - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  );
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}
