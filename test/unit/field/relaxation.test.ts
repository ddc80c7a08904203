import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Activations } from "../../../plugin/core/field.ts";
import { createLines, RELAX } from "../../../plugin/field/relaxation.ts";
import { det } from "../../helpers/det.ts";

/** A line is computed from values of the range's size, a few roundings of 2^-53 each. */
const ROUNDING = 1e-14;

const ACTIVATIONS: Record<Activations["hidden"], (x: number) => number> = {
  relu: (x) => Math.max(x, 0),
  silu: (x) => x / (1 + Math.exp(-x)),
};

const test = suite("relaxation of activations");

interface Room {
  /** How far the activation leaves its lines, 0 when it does not. */
  readonly excess: number;
  /** Distance of the two parallel lines, and of the upper from the low one in the middle. */
  readonly band: number;
  readonly middle: number;
}

function measure(kind: Activations["hidden"], low: number, high: number): Room {
  const lines = createLines(1);
  RELAX[kind](low, high, lines, 0);
  const [slope, below, above] = [lines.slope[0], lines.below[0], lines.above[0]];
  let excess = 0;
  for (let i = 0; i <= 1000; i++) {
    const x = low + ((high - low) * i) / 1000;
    const y = ACTIVATIONS[kind](x);
    const lowest = Math.max(slope * x + below, lines.lowSlope[0] * x + lines.lowOffset[0]);
    excess = Math.max(excess, lowest - y, y - (slope * x + above));
  }
  const middle = (low + high) / 2;
  const highest = slope * middle + above;
  return {
    excess,
    band: above - below,
    middle: highest - (lines.lowSlope[0] * middle + lines.lowOffset[0]),
  };
}

for (const kind of ["relu", "silu"] as const) {
  test(`${kind}: never leaves its lines, over 4000 ranges from 1e-12 to 1e6 wide`, () => {
    const random = det([4000, 3], 3).map((value) => (value + 1) / 2);
    for (let n = 0; n < 4000; n++) {
      const [place, width, sign] = random.subarray(3 * n, 3 * n + 3);
      const middle = (sign < 0.5 ? -1 : 1) * 10 ** (8 * place - 4);
      const reach = 10 ** (18 * width - 12) / 2;
      const [low, high] = [middle - reach, middle + reach];
      const { excess } = measure(kind, low, high);
      const scale = Math.max(Math.abs(low), Math.abs(high), 1);
      assert.ok(excess <= ROUNDING * scale, `[${low}, ${high}]: ${excess}`);
    }
  });

  test(`${kind}: the range of a single value is that value`, () => {
    for (const x of [-3, -1.2784645, 0, 2.5]) assert.ok(measure(kind, x, x).band <= ROUNDING);
  });
}

test("silu: the band is close to the least there is, half a second difference", () => {
  // silu'' = 1/2 at 0: over [-h, h] the deviation from the best line is h^2 / 4 from end to middle.
  for (const h of [0.01, 0.1, 0.5]) {
    const least = h ** 2 / 4;
    const { band } = measure("silu", -h, h);
    assert.ok(band >= 0.98 * least && band <= 1.05 * least, `${band} for ${least}`);
  }
});

test("silu: over wide ranges it is no looser than a ReLU and its depth", () => {
  for (const [low, high] of [
    [-100, 60],
    [-40, 200],
    [-1000, 10],
  ]) {
    const relu = measure("relu", low, high);
    const silu = measure("silu", low, high);
    assert.ok(silu.band <= relu.band + 0.279, `${silu.band} for ${relu.band}`);
    assert.ok(silu.middle <= relu.middle + 0.279, `${silu.middle} for ${relu.middle}`);
  }
});

test.run();
