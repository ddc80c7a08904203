/** What stands between and behind a decoder's layers. */
import type { Activations } from "../core/field.ts";

export function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

/** Applies a hidden activation in place; NaN stays NaN, so a broken model is noticed. */
export function activate(
  activation: Activations["hidden"],
  values: Float64Array,
  count: number,
): void {
  if (activation === "relu") {
    for (let i = 0; i < count; i++) if (values[i] < 0) values[i] = 0;
  } else {
    for (let i = 0; i < count; i++) values[i] = silu(values[i]);
  }
}

/** sRGB value of a raw colour output, not clamped. */
export function colourOfRaw(raw: number, [low, high]: Activations["colour"]): number {
  return low + (high - low) / (1 + Math.exp(-raw));
}
