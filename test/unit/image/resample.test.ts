import { suite } from "uvu";
import { resizeArea, resizeBicubic } from "../../../plugin/image/resample.ts";
import { assertAllClose } from "../../helpers/det.ts";

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

test.run();
