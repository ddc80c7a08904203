import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  bfloatToFloat,
  floatToBfloat,
  floatToHalf,
  halfToFloat,
} from "../../../plugin/core/half-floats.ts";

const test = suite("16-bit floats");

const EVERY_PATTERN = Uint16Array.from({ length: 65536 }, (_, pattern) => pattern);
const isNaNHalf = (pattern: number): boolean => (pattern & 0x7fff) > 0x7c00;
const isNaNBfloat = (pattern: number): boolean => (pattern & 0x7fff) > 0x7f80;

test("every half and every bfloat survives the way to f32 and back", () => {
  const halves = EVERY_PATTERN.filter((pattern) => !isNaNHalf(pattern));
  assert.equal(floatToHalf(halfToFloat(halves)), halves);
  const bfloats = EVERY_PATTERN.filter((pattern) => !isNaNBfloat(pattern));
  assert.equal(floatToBfloat(bfloatToFloat(bfloats)), bfloats);
});

test("NaN stays NaN", () => {
  assert.ok(isNaNHalf(floatToHalf(Float32Array.of(Number.NaN))[0]));
  assert.ok(isNaNBfloat(floatToBfloat(Float32Array.of(Number.NaN))[0]));
});

test("halves are rounded to the nearest, ties to even", () => {
  const nearest: readonly [value: number, rounded: number][] = [
    [1 + 2 ** -11, 1],
    [1 + 3 * 2 ** -11, 1 + 2 ** -9],
    [1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -10],
    [65519, 65504],
    [65520, Number.POSITIVE_INFINITY],
    [-1e9, Number.NEGATIVE_INFINITY],
    [2 ** -25, 0],
    [2 ** -25 + 2 ** -40, 2 ** -24],
    [3 * 2 ** -25, 2 ** -23],
    [2 ** -14 - 2 ** -25, 2 ** -14],
    [1e-30, 0],
  ];
  for (const [value, rounded] of nearest) {
    assert.is(halfToFloat(floatToHalf(Float32Array.of(value)))[0], rounded, `${value}`);
  }
});

test("bfloats are rounded to the nearest, ties to even", () => {
  const nearest: readonly [value: number, rounded: number][] = [
    [1 + 2 ** -8, 1],
    [1 + 3 * 2 ** -8, 1 + 2 ** -6],
    [1 + 2 ** -8 + 2 ** -16, 1 + 2 ** -7],
    [3.4e38, Number.POSITIVE_INFINITY],
  ];
  for (const [value, rounded] of nearest) {
    assert.is(bfloatToFloat(floatToBfloat(Float32Array.of(value)))[0], rounded, `${value}`);
  }
});

test.run();
