/** Where a camera stands that sees a mesh from the front, filling a square picture. */

/** Of a camera that looks along -Z and stays upright; +X is the picture's right, +Y its top. */
export interface FrontView {
  readonly position: readonly [x: number, y: number, z: number];
  /** Vertical and horizontal angle of view, radians. */
  readonly fovRad: number;
  /** From the camera to the nearest and the farthest point, positive. */
  readonly nearest: number;
  readonly farthest: number;
}

/**
 * The nearest camera of angle `fovRad` to which no point is outside the middle `fill` of the
 * picture: the points touch both edges of it in width or in height, and are centred in the other.
 *
 * A point is inside in x when its offset from the axis is at most `slope` times its depth, that is
 * when `x + slope * z` and `slope * z - x` are at most what the camera's place allows. So the two
 * extremes of each axis say where the camera stands.
 *
 * @param points (N, 3) xyz, not empty.
 */
export function viewFromFront(points: ArrayLike<number>, fovRad: number, fill: number): FrontView {
  const slope = Math.tan(fovRad / 2) * fill;
  let [right, left, top, bottom] = [-Infinity, -Infinity, -Infinity, -Infinity];
  let [front, back] = [-Infinity, Infinity];
  for (let i = 0; i + 2 < points.length; i += 3) {
    const [x = 0, y = 0, z = 0] = [points[i], points[i + 1], points[i + 2]];
    right = Math.max(right, x + slope * z);
    left = Math.max(left, slope * z - x);
    top = Math.max(top, y + slope * z);
    bottom = Math.max(bottom, slope * z - y);
    front = Math.max(front, z);
    back = Math.min(back, z);
  }
  const z = Math.max(right + left, top + bottom) / (2 * slope);
  return {
    position: [(right - left) / 2, (top - bottom) / 2, z],
    fovRad,
    nearest: z - front,
    farthest: z - back,
  };
}
