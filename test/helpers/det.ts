import * as assert from "uvu/assert";

/**
 * The deterministic data of the parity cases: s = 1664525 s + 1013904223 (mod 2^32), value
 * (s / 2^32 - 0.5) * 2 * scale, rounded to f32.
 */
export function det(shape: readonly number[], seed: number, scale = 1): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  let state = seed >>> 0;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    values[i] = (state / 2 ** 32 - 0.5) * 2 * scale;
  }
  return values;
}

/**
 * The weights of the parity cases: names sorted by ASCII, tensor k is
 * det(shape, 1000 + k, scale); a 1-D `weight` whose name contains "norm" has 1 added.
 */
export function fill(
  shapes: ReadonlyMap<string, readonly number[]>,
  scale: number,
): Map<string, Float32Array> {
  const names = [...shapes.keys()].sort((a, b) => (a < b ? -1 : 1));
  return new Map(
    names.map((name, k) => {
      const shape = shapes.get(name) ?? [];
      const values = det(shape, 1000 + k, scale);
      const isNormScale = name.includes("norm") && name.endsWith("weight") && shape.length === 1;
      return [name, isNormScale ? values.map((value) => value + 1) : values];
    }),
  );
}

/** The reference numbers have six decimals and come from other f32 kernels, in another order. */
const SUM_TOLERANCE = 1e-4;
const VALUE_TOLERANCE = 2e-5;

export interface ReferenceNumbers {
  readonly sum: number;
  readonly absSum: number;
  readonly first: readonly number[];
  readonly last?: number;
}

/** Compares a tensor with the sums and values that the reference gave for it. */
export function assertReference(actual: ArrayLike<number>, expected: ReferenceNumbers): void {
  const values = Array.from(actual);
  const absSum = values.reduce((sum, value) => sum + Math.abs(value), 0);
  const sum = values.reduce((total, value) => total + value, 0);
  assertClose("sum of magnitudes", absSum, expected.absSum, SUM_TOLERANCE * expected.absSum);
  assertClose("sum", sum, expected.sum, SUM_TOLERANCE * expected.absSum);
  expected.first.forEach((value, i) => {
    assertClose(`value ${i}`, values[i] ?? Number.NaN, value, VALUE_TOLERANCE);
  });
  if (expected.last !== undefined) {
    assertClose("last value", values.at(-1) ?? Number.NaN, expected.last, VALUE_TOLERANCE);
  }
}

/** Fails, naming `label`, unless |actual - expected| <= tolerance. */
export function assertClose(
  label: string,
  actual: number,
  expected: number,
  tolerance: number,
): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${label}: expected ${expected} within ${tolerance}, got ${actual}`,
  );
}

/** Compares two arrays element by element; a difference of `tolerance` is still equal. */
export function assertAllClose(
  label: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  assert.is(actual.length, expected.length, `${label}: length`);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (!(difference <= tolerance)) {
      assert.unreachable(
        `${label}[${i}]: expected ${expected[i]} within ${tolerance}, got ${actual[i]}`,
      );
    }
  }
}
