/** sRGB value of a raw colour output: the model's slightly widened sigmoid, -0.001..1.001. */
export function colour(raw: number): number {
  return 1.002 / (1 + Math.exp(-raw)) - 0.001;
}
