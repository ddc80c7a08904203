import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { FloatImage } from "../../../plugin/core/image.ts";
import { meanSquaredError, psnr } from "../../../plugin/evaluation/images/psnr.ts";
import { ssim } from "../../../plugin/evaluation/images/ssim.ts";
import { assertClose, det } from "../../helpers/det.ts";

const test = suite("evaluation/images");

/** The reference numbers have seven digits. */
const REFERENCE = 2e-6;

/** Planar (..., channels, height, width) values as a picture, planes of equal channel stacked. */
function pictureOf(values: Float32Array, size: number): FloatImage {
  const rows = values.length / (3 * size);
  const data = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const plane = Math.floor(i / (size * size));
    const pixel = Math.floor(plane / 3) * size * size + (i % (size * size));
    data[3 * pixel + (plane % 3)] = values[i];
  }
  return { width: size, height: rows, channels: 3, data };
}

const unit = (values: Float32Array) => values.map((value) => (value + 1) / 2);

test("parity case 25: MSE and PSNR", () => {
  const x = pictureOf(unit(det([1, 2, 3, 8, 8], 21)), 8);
  const y = pictureOf(unit(det([1, 2, 3, 8, 8], 22)), 8);
  assertClose("MSE", meanSquaredError(x, y), 0.1760253, REFERENCE);
  assertClose("PSNR", psnr(x, y), 7.544248, REFERENCE);
});

test("parity case 27: SSIM over the windows within the picture", () => {
  const a = unit(det([1, 3, 16, 16], 31));
  const noise = det([1, 3, 16, 16], 32);
  const b = a.map((value, i) => Math.min(Math.max(value + 0.1 * noise[i], 0), 1));
  const [first, second] = [pictureOf(a, 16), pictureOf(b, 16)];
  assertClose("SSIM", ssim(first, second), 0.9832358, REFERENCE);
  assertClose("SSIM, exchanged", ssim(second, first), 0.9832358, REFERENCE);
  assertClose("PSNR", psnr(first, second), 25.060197, REFERENCE);
});

test("equal pictures have an SSIM of 1 and an infinite PSNR", () => {
  const picture = pictureOf(unit(det([1, 3, 12, 12], 5)), 12);
  assert.is(psnr(picture, picture), Infinity);
  assertClose("SSIM", ssim(picture, picture), 1, Number.EPSILON * 8);
});

test("SSIM of two even pictures is their luminance term", () => {
  const even = (value: number): FloatImage => ({
    width: 20,
    height: 13,
    channels: 1,
    data: new Float32Array(20 * 13).fill(value),
  });
  const expected = (2 * 0.25 * 0.75 + 1e-4) / (0.25 ** 2 + 0.75 ** 2 + 1e-4);
  assertClose("SSIM", ssim(even(0.25), even(0.75)), expected, 1e-9);
});

test("values beyond 0..1 count as clipped", () => {
  const picture = (data: number[]): FloatImage => ({
    width: 2,
    height: 1,
    channels: 1,
    data: Float32Array.from(data),
  });
  assert.is(meanSquaredError(picture([-3, 7]), picture([0, 1])), 0);
  assert.is(meanSquaredError(picture([-3, 7]), picture([1, 1])), 0.5);
});

test("pictures of different sizes, and such as hold no window, are refused", () => {
  const picture = (width: number): FloatImage => ({
    width,
    height: 10,
    channels: 1,
    data: new Float32Array(10 * width),
  });
  assert.throws(() => psnr(picture(4), picture(5)), /4 x 10 x 1 and 5 x 10 x 1/);
  assert.throws(() => ssim(picture(12), picture(12)), /less than a window/);
});

test.run();
