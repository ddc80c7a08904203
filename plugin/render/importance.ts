/**
 * Where the fine pass samples a ray: more often where the coarse pass saw more (Mildenhall et al.,
 * "NeRF", section 5.2, with the smoothed weights of mip-NeRF, as in the VFusion3D reference).
 */

/** Keeps a share of the fine samples everywhere the coarse pass saw nothing. */
const WEIGHT_FLOOR = 0.01 + 1e-5;

/**
 * Writes a fine distance for each share u in `shares` (0..1, ascending) to `fine`; they ascend too.
 *
 * @param distances (S) of the coarse samples, ascending, S >= 4.
 * @param weights (S - 1) of the intervals between them.
 */
export function importanceSamples(
  distances: Float32Array,
  weights: Float64Array,
  shares: Float64Array,
  fine: Float32Array,
): void {
  const intervals = distances.length - 1;
  // The reference leaves out the first and the last interval, and then never uses the last middle.
  const bins = intervals - 2;
  const weightAt = (i: number) => (i < 0 || i >= intervals ? 0 : weights[i]);
  const smoothed = (i: number) => {
    const before = Math.max(weightAt(i - 1), weightAt(i));
    const after = Math.max(weightAt(i), weightAt(i + 1));
    return (before + after) / 2 + WEIGHT_FLOOR;
  };
  let total = 0;
  for (let bin = 0; bin < bins; bin++) total += smoothed(bin + 1);

  const middle = (j: number) => (distances[j] + distances[j + 1]) / 2;
  let bin = 0;
  let below = 0;
  let share = smoothed(1) / total;
  for (let k = 0; k < shares.length; k++) {
    while (bin < bins - 1 && below + share <= shares[k]) {
      below += share;
      bin++;
      share = smoothed(bin + 1) / total;
    }
    const place = Math.min((shares[k] - below) / share, 1);
    fine[k] = middle(bin) + place * (middle(bin + 1) - middle(bin));
  }
}
