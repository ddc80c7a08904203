import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  darkenNearWhite,
  nearWhiteShare,
  restoreNearWhite,
} from "../../../plugin/image/near-white.ts";
import { assertAllClose } from "../../helpers/det.ts";

/** The curve's slope above the knee is 1/2, so half a byte of rounding becomes a whole one. */
const ROUND_TRIP = 1.01 / 255;

const test = suite("near white");

function picture(...pixels: number[][]) {
  return { width: pixels.length, height: 1, data: Uint8Array.from(pixels.flat()) };
}

const colours = (data: Uint8Array) =>
  Float32Array.from([...data].filter((_, i) => i % 4 !== 3).map((value) => value / 255));

const greys = picture(...Array.from({ length: 256 }, (_, v) => [v, v, v, 255]));

test("darkening and restoring gives every colour back", () => {
  const tints = [0, 20, 90].flatMap((drop) =>
    Array.from({ length: 256 - drop }, (_, v) => [v + drop, v, v + drop / 2, 255]),
  );
  for (const image of [greys, picture(...tints)]) {
    const restored = restoreNearWhite(colours(darkenNearWhite(image).data));
    assertAllClose("colours", restored, colours(image.data), ROUND_TRIP);
  }
});

test("colours up to the knee are unchanged, white becomes light grey", () => {
  const image = picture([153, 153, 153, 255], [255, 255, 0, 128], [0, 120, 255, 7]);
  assert.equal(darkenNearWhite(image).data, image.data);
  assert.equal([...darkenNearWhite(picture([255, 255, 255, 9])).data], [204, 204, 204, 9]);
  const below = Float32Array.from([0.6, 0.9, 1, 0, 0.3, 0.59]);
  assert.equal(restoreNearWhite(below), below);
});

/** Slope 2 between knee and white makes 0.002 of steps of 0.001; and what f32 rounds beside 1. */
const GREATEST_STEP = 0.002 + 2 ** -22;

test("the curve is monotone and continuous both ways", () => {
  const darkened = darkenNearWhite(greys).data;
  for (let v = 1; v < 256; v++) {
    const step = darkened[4 * v] - darkened[4 * (v - 1)];
    assert.ok(step === 0 || step === 1, `byte ${v} steps by ${step}`);
  }
  const fine = Float32Array.from({ length: 3003 }, (_, i) => Math.floor(i / 3) / 1000);
  const restored = restoreNearWhite(fine);
  for (let i = 3; i < restored.length; i += 3) {
    const step = restored[i] - restored[i - 3];
    assert.ok(step >= 0 && step <= GREATEST_STEP, `${fine[i]} steps by ${step}`);
  }
});

test("restored colours stay in range whatever the network says", () => {
  const restored = restoreNearWhite(Float32Array.from([1, 1, 1, 0.8, 0.8, 0.8, 0.99, 0.7, 0.7]));
  assert.ok(restored.every((value) => value >= 0 && value <= 1));
  assertAllClose("white", restored.subarray(0, 6), [1, 1, 1, 1, 1, 1], ROUND_TRIP);
});

test("the share is weighted by alpha and ignores what is invisible", () => {
  const image = picture([250, 250, 250, 255], [10, 10, 10, 255], [255, 255, 255, 0]);
  assert.is(nearWhiteShare(image), 0.5);
  assert.is(nearWhiteShare(picture([255, 255, 255, 0])), 0);
  assert.is(nearWhiteShare(picture([255, 255, 0, 255])), 0, "yellow is not white");
});

test.run();
