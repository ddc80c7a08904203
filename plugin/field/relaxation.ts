/**
 * Straight lines around an activation, over a range of its input.
 *
 * ReLU on [l, u] with l < 0 < u: the chord lies above it, and below lie the chord's parallel through
 * 0, the line 0 and the line x.
 *
 * SiLU is neither convex nor monotone, so its distance from the chord has up to three extremes
 * inside the range. It is measured at SAMPLES + 1 places; in between it stays within
 * h^2 / 8 max|silu''| = h^2 / 16 of straight, where h is the samples' distance. Over wide ranges
 * relu(x) - SILU_DEPTH <= silu(x) <= relu(x) is closer; so are the lines -SILU_DEPTH and
 * x - SILU_DEPTH that follow from it.
 */
import type { Activations } from "../core/field.ts";
import { silu } from "./activation.ts";

const SAMPLES = 8;

/** The SiLU's minimum is -0.27846454276..., its slopes are within -0.0999..1.0999. */
const SILU_DEPTH = 0.278464543;
const SILU_LEAST_SLOPE = -0.1;
const SILU_LARGEST_SLOPE = 1.1;

/**
 * For every x of a neuron's range, activation(x) lies between slope x + below and slope x + above,
 * and not below lowSlope x + lowOffset. Each is (boxes, width).
 */
export interface Lines {
  readonly slope: Float64Array;
  readonly below: Float64Array;
  readonly above: Float64Array;
  readonly lowSlope: Float64Array;
  readonly lowOffset: Float64Array;
}

export function createLines(size: number): Lines {
  const numbers = () => new Float64Array(size);
  return {
    slope: numbers(),
    below: numbers(),
    above: numbers(),
    lowSlope: numbers(),
    lowOffset: numbers(),
  };
}

/** Writes the lines for the range `low`..`high` to place `at`. */
export type Relax = (low: number, high: number, lines: Lines, at: number) => void;

export const RELAX: Readonly<Record<Activations["hidden"], Relax>> = {
  relu: relaxRelu,
  silu: relaxSilu,
};

function relaxRelu(low: number, high: number, lines: Lines, at: number): void {
  const isOpen = low < 0 && high > 0;
  const slope = isOpen ? high / (high - low) : low >= 0 ? 1 : 0;
  lines.slope[at] = slope;
  lines.above[at] = isOpen ? -slope * low : 0;
  lines.lowSlope[at] = isOpen ? (high > -low ? 1 : 0) : slope;
}

function relaxSilu(low: number, high: number, lines: Lines, at: number): void {
  const length = high - low;
  const chord = (silu(high) - silu(low)) / Math.max(length, Number.MIN_VALUE);
  const slope = Math.min(Math.max(chord, SILU_LEAST_SLOPE), SILU_LARGEST_SLOPE);
  const [below, above] = siluDeviation(low, high, slope);
  lines.slope[at] = slope;
  lines.below[at] = below;
  lines.above[at] = above;
  // Of the lines below, the highest in the middle leaves the least room.
  const middle = (low + high) / 2;
  const ramp = Math.max(middle, 0) - SILU_DEPTH;
  const isParallel = slope * middle + below >= ramp;
  lines.lowSlope[at] = isParallel ? slope : middle > 0 ? 1 : 0;
  lines.lowOffset[at] = isParallel ? below : -SILU_DEPTH;
}

/** Least and largest of silu(x) - slope x. */
function siluDeviation(low: number, high: number, slope: number): readonly [number, number] {
  const step = (high - low) / SAMPLES;
  let least = silu(high) - slope * high;
  let largest = least;
  for (let i = 0; i < SAMPLES; i++) {
    const x = low + i * step;
    const deviation = silu(x) - slope * x;
    least = Math.min(least, deviation);
    largest = Math.max(largest, deviation);
  }
  const bend = step ** 2 / 16;
  const kink = Math.min(Math.max(0, low), high);
  const atLow = Math.max(low, 0) - slope * low;
  const atKink = Math.max(kink, 0) - slope * kink;
  const atHigh = Math.max(high, 0) - slope * high;
  return [
    Math.max(least - bend, Math.min(atLow, atKink, atHigh) - SILU_DEPTH),
    Math.min(largest + bend, Math.max(atLow, atHigh)),
  ];
}
