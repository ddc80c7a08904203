/** Where a camera stands so that all of something fills its picture. */

/** Half the width and half the height of what may be filled, per unit of depth. */
export interface Slopes {
  readonly x: number;
  readonly y: number;
}

export interface Fit {
  /** Of the camera, in the points' axes; it looks along -Z. */
  readonly position: readonly [x: number, y: number, z: number];
  /** Depth of the nearest and the farthest point, positive. */
  readonly nearest: number;
  readonly farthest: number;
}

/**
 * The nearest camera to which no point is outside the slopes: the points touch both edges of the
 * picture in width or in height, and are centred in the other.
 *
 * A point is inside in x when its offset from the axis is at most `slopes.x` times its depth, that
 * is when `x + slopes.x * z` and `slopes.x * z - x` are at most what the camera's place allows. So
 * the two extremes of each axis say where the camera stands.
 *
 * @param points (N, 3) in the camera's axes: right, up, to the viewer; not empty.
 */
export function fitView(points: ArrayLike<number>, slopes: Slopes): Fit {
  let [right, left, top, bottom] = [-Infinity, -Infinity, -Infinity, -Infinity];
  let [front, back] = [-Infinity, Infinity];
  for (let i = 0; i + 2 < points.length; i += 3) {
    const [x = 0, y = 0, z = 0] = [points[i], points[i + 1], points[i + 2]];
    right = Math.max(right, x + slopes.x * z);
    left = Math.max(left, slopes.x * z - x);
    top = Math.max(top, y + slopes.y * z);
    bottom = Math.max(bottom, slopes.y * z - y);
    front = Math.max(front, z);
    back = Math.min(back, z);
  }
  const z = Math.max((right + left) / (2 * slopes.x), (top + bottom) / (2 * slopes.y));
  return {
    position: [(right - left) / 2, (top - bottom) / 2, z],
    nearest: z - front,
    farthest: z - back,
  };
}
