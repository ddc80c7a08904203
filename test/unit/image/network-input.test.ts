import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RgbaImage } from "../../../plugin/core/image.ts";
import { toNetworkInput } from "../../../plugin/image/network-input.ts";
import { assertAllClose } from "../../helpers/det.ts";
import { box, disc, drawPicture } from "../../helpers/pictures.ts";

/** Sums of a few products in f32. */
const ROUNDING = 1e-6;

const test = suite("network input");

/** Straight colour everywhere, visible by `coverage`; invisible pixels are pure green. */
function cutOut(
  width: number,
  height: number,
  coverage: (x: number, y: number) => number,
): RgbaImage {
  const image = drawPicture(width, height, () => [0, 255, 0], []);
  for (let p = 0; p < width * height; p++) {
    const alpha = Math.round(255 * coverage((p % width) + 0.5, Math.floor(p / width) + 0.5));
    image.data.set(alpha > 0 ? [204, 51, 102, alpha] : [0, 255, 0, 0], 4 * p);
  }
  return image;
}

const at = (size: number, x: number, y: number) => y * size + x;

test("the object fills its share of the canvas, centred, on white", () => {
  // 80 x 40 on a canvas of 20 with border 0.2: 16 x 8 at (2, 6).
  const { picture, alpha } = toNetworkInput(cutOut(100, 100, box(3, 50, 83, 90)), {
    size: 20,
    borderRatio: 0.2,
    backdrop: 1,
  });
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 20; x++) {
      const isObject = x >= 2 && x < 18 && y >= 6 && y < 14;
      const p = at(20, x, y);
      const expected = isObject ? [0.8, 0.2, 0.4, 1] : [1, 1, 1, 0];
      const found = [...picture.data.subarray(3 * p, 3 * p + 3), alpha.data[p] ?? Number.NaN];
      assertAllClose(`pixel ${x}, ${y}`, found, expected, ROUNDING);
    }
  }
});

test("the tensor is the picture, planar", () => {
  const { picture, tensor } = toNetworkInput(cutOut(64, 64, disc(30, 30, 20)), {
    size: 16,
    borderRatio: 0.2,
    backdrop: 1,
  });
  assert.is(tensor.length, 3 * 16 * 16);
  for (let p = 0; p < 256; p++) {
    for (let c = 0; c < 3; c++) assert.is(tensor[c * 256 + p], picture.data[3 * p + c]);
  }
});

test("the colour of invisible pixels never shows", () => {
  for (const radius of [5, 40]) {
    const image = cutOut(100, 100, disc(50, 50, radius, 4));
    const { picture, alpha } = toNetworkInput(image, { size: 32, borderRatio: 0.2, backdrop: 1 });
    for (let p = 0; p < alpha.data.length; p++) {
      const a = alpha.data[p] ?? Number.NaN;
      const expected = [0.8, 0.2, 0.4].map((value) => value * a + 1 - a);
      // Bicubic overshoot is clamped per channel, so the blend is exact only up to its size.
      const tolerance = radius === 5 ? 0.02 : ROUNDING;
      const found = picture.data.subarray(3 * p, 3 * p + 3);
      assertAllClose(`radius ${radius}, pixel ${p}`, found, expected, tolerance);
    }
  }
});

test("dust far from the object does not shrink it", () => {
  const clean = cutOut(100, 100, box(30, 30, 70, 70));
  const dusty = { ...clean, data: clean.data.slice() };
  dusty.data[3] = 12;
  const options = { size: 24, borderRatio: 0.2, backdrop: 1 };
  const [found, expected] = [dusty, clean].map((image) => toNetworkInput(image, options).tensor);
  assertAllClose("tensor", found ?? [], expected ?? [], 0);
});

test("on a grey backdrop the object fills its share and blends with the grey", () => {
  // 40 x 40 on a canvas of 20 with border 0.15: trunc(17) = 17 at 1.
  const image = cutOut(100, 100, (x, y) => 0.5 * box(30, 30, 70, 70)(x, y));
  const convention = { size: 20, borderRatio: 0.15, backdrop: 0.5 };
  const { picture, alpha } = toNetworkInput(image, convention);
  const a = 128 / 255;
  const blend = [0.8, 0.2, 0.4].map((value) => value * a + 0.5 * (1 - a));
  for (const [x, y, colour, coverage] of [
    [0, 0, [0.5, 0.5, 0.5], 0],
    [1, 1, blend, a],
    [17, 17, blend, a],
    [18, 18, [0.5, 0.5, 0.5], 0],
  ] as const) {
    const p = at(20, x, y);
    const found = [...picture.data.subarray(3 * p, 3 * p + 3), alpha.data[p] ?? Number.NaN];
    assertAllClose(`${x}, ${y}`, found, [...colour, coverage], ROUNDING);
  }
});

test("every value is finite and within 0..1 for objects of any shape and size", () => {
  for (const bounds of [
    [10, 10, 11, 11],
    [0, 40, 100, 41],
    [40, 0, 42, 100],
    [0, 0, 100, 100],
  ] as [number, number, number, number][]) {
    const image = cutOut(100, 100, box(...bounds));
    const { tensor, alpha } = toNetworkInput(image, { size: 28, borderRatio: 0.2, backdrop: 1 });
    assert.ok(tensor.every((value) => value >= 0 && value <= 1));
    assert.ok(
      alpha.data.some((value) => value > 0.1),
      `${bounds} is visible`,
    );
  }
});

test("an invisible cut-out is refused", () => {
  const invisible = cutOut(20, 20, () => 0);
  assert.throws(
    () => toNetworkInput(invisible, { size: 28, borderRatio: 0.2, backdrop: 1 }),
    /no pixel is/,
  );
});

test.run();
