import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type ByteImage,
  resizeArea,
  resizeBicubic,
  resizeLanczos,
} from "../../../plugin/image/resample.ts";
import { assertAllClose, det } from "../../helpers/det.ts";

/** Sums of a few products in f32. */
const ROUNDING = 1e-6;

const test = suite("resample");

const line = (...values: number[]) => ({
  width: values.length,
  height: 1,
  channels: 1,
  data: Float32Array.from(values),
});

test("reducing by a whole factor takes the mean of each box", () => {
  const image = {
    width: 4,
    height: 2,
    channels: 1,
    data: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
  };
  assertAllClose("means", resizeArea(image, 2, 1).data, [3.5, 5.5], ROUNDING);
});

test("reducing by a fraction weighs pixels by how much of them lies in the box", () => {
  // 3 -> 2: boxes [0, 1.5) and [1.5, 3).
  const expected = [(1 + 0.5 * 4) / 1.5, (0.5 * 4 + 10) / 1.5];
  assertAllClose("3 to 2", resizeArea(line(1, 4, 10), 2, 1).data, expected, ROUNDING);
  // 5 -> 3: boxes [0, 5/3), [5/3, 10/3), [10/3, 5).
  const fifths = [(1 + (2 / 3) * 2) * 0.6, ((1 / 3) * 2 + 4 + (1 / 3) * 8) * 0.6, 0];
  fifths[2] = ((2 / 3) * 8 + 16) * 0.6;
  assertAllClose("5 to 3", resizeArea(line(1, 2, 4, 8, 16), 3, 1).data, fifths, ROUNDING);
});

test("enlarging interpolates between two pixels only where a destination pixel spans both", () => {
  // 2 -> 3, s = 2/3: d = 0: i = 0, f = 1 - 1/s = -0.5 -> 0. d = 1: i = 0, f = 2 - 1.5 = 0.5.
  // d = 2: i = 1, f = 3 - 3 = 0.
  assertAllClose("2 to 3", resizeArea(line(10, 20), 3, 1).data, [10, 15, 20], ROUNDING);
  assertAllClose("2 to 4", resizeArea(line(10, 20), 4, 1).data, [10, 10, 20, 20], ROUNDING);
});

test("when one axis grows, the other is interpolated too", () => {
  // Width 4 -> 2, height 1 -> 2: along x, s = 2: d = 0: i = 0, f = 1 - 0.5 = 0.5;
  // d = 1: i = 2, f = 2 - 1.5 = 0.5.
  const mixed = resizeArea(line(0, 10, 20, 40), 2, 2).data;
  assertAllClose("4 x 1 to 2 x 2", mixed, [5, 30, 5, 30], ROUNDING);
});

test("channels are resized independently", () => {
  const image = { width: 2, height: 1, channels: 2, data: Float32Array.from([1, 10, 3, 30]) };
  assertAllClose("means", resizeArea(image, 1, 1).data, [2, 20], ROUNDING);
});

test("bicubic keeps corners and, at the same size, everything", () => {
  const values = [0.3, 0.9, 0.1, 0.5];
  assertAllClose("identity", resizeBicubic(line(...values), 4, 1).data, values, ROUNDING);
  const enlarged = resizeBicubic(line(...values), 9, 1).data;
  assertAllClose("ends", [enlarged[0], enlarged[8]], [0.3, 0.5], ROUNDING);
  // Halfway: weights -0.09375, 0.59375 twice, -0.09375 for a = -0.75.
  const middle = -0.09375 * (0.3 + 0.5) + 0.59375 * (0.9 + 0.1);
  assertAllClose("middle", [resizeBicubic(line(...values), 3, 1).data[1]], [middle], ROUNDING);
});

test("a single destination pixel takes the first source pixel", () => {
  assertAllClose("one", resizeBicubic(line(0.25, 0.75), 1, 1).data, [0.25], ROUNDING);
});

test("INTER_AREA agrees with OpenCV where it reduces and where it enlarges", () => {
  // cv2.resize of OpenCV 5.0, four channels, on the same values.
  for (const [seed, width, height, dstWidth, dstHeight, sum, first, last] of [
    [77, 37, 23, 20, 11, 443.825818, [0.488478, 0.361594, 0.64264, 0.402051], 0.616706],
    [80, 13, 17, 29, 40, 2290.882431, [0.267072, 0.534868, 0.596196, 0.629176], 0.695533],
  ] as const) {
    const data = det([height, width, 4], seed, 0.5).map((value) => value + 0.5);
    const resized = resizeArea({ width, height, channels: 4, data }, dstWidth, dstHeight).data;
    const total = resized.reduce((all, value) => all + value, 0);
    assertAllClose("mean", [total / resized.length], [sum / resized.length], ROUNDING);
    assertAllClose("first", resized.subarray(0, 4), first, ROUNDING);
    assertAllClose("last", resized.subarray(-1), [last], ROUNDING);
  }
});

const bytes = (width: number, height: number, value: (p: number) => number): ByteImage => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from({ length: width * height }, (_, p) => value(p)),
});

test("LANCZOS gives Pillow's bytes", () => {
  // Image.resize(..., LANCZOS) of Pillow 12.3 on RGB: sums, and sums weighted by i mod 251.
  for (const [seed, width, height, dstWidth, dstHeight, sum, weighted, first] of [
    [7, 37, 23, 64, 50, 1200771, 1164619, [5, 255, 123, 129, 170, 187]],
    [8, 64, 48, 20, 31, 237545, 230530, [177, 122, 105, 134, 185, 137]],
  ] as const) {
    const values = det([height, width, 3], seed, 128);
    const data = Uint8Array.from(values, (value) => Math.floor(value + 128));
    const resized = resizeLanczos({ width, height, channels: 3, data }, dstWidth, dstHeight).data;
    assert.equal([...resized.subarray(0, 6)], [...first]);
    assert.is(
      resized.reduce((all, value) => all + value, 0),
      sum,
    );
    assert.is(
      resized.reduce((all, value, i) => all + ((value * (i + 1)) % 251), 0),
      weighted,
    );
  }
});

test("LANCZOS keeps constants, and everything at the same size", () => {
  const grey = resizeLanczos(
    bytes(31, 17, () => 200),
    8,
    64,
  );
  assert.ok(grey.data.every((value) => value === 200));
  const noise = bytes(9, 7, (p) => (p * 89) % 256);
  assert.equal(resizeLanczos(noise, 9, 7).data, noise.data);
});

test("LANCZOS of an impulse is its kernel, on either side alike", () => {
  // Halving: sinc(x) sinc(x / 3) at (j - 2 d - 0.5) / 2 around the impulse, normalised.
  const impulse = bytes(32, 1, (p) => (p === 15 ? 255 : 0));
  const { data } = resizeLanczos(impulse, 16, 1);
  const sinc = (x: number) => Math.sin(Math.PI * x) / (Math.PI * x);
  const kernel = (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);
  const taps = Array.from({ length: 12 }, (_, i) => kernel((i - 5.5) / 2));
  const norm = taps.reduce((sum, tap) => sum + tap, 0);
  for (let d = 3; d < 13; d++) {
    const weight = kernel((15 - 2 * d - 0.5) / 2) / norm;
    assert.is(data[d], Math.min(Math.max(Math.round(255 * weight), 0), 255), `pixel ${d}`);
  }
  const mirrored = resizeLanczos(
    bytes(32, 1, (p) => (p === 16 ? 255 : 0)),
    16,
    1,
  );
  assert.equal([...mirrored.data], [...data].reverse());
});

test.run();
