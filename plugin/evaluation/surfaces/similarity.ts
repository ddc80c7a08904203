/** Turning, uniform scaling and moving: the transforms that keep a shape. */
import { mat4, vec3 } from "gl-matrix";
import { principalVector } from "./principal-vector.ts";

/** (4, 4) column-major, as gl-matrix has it, in doubles. */
export type Similarity = Float64Array;

/**
 * Brings the points `sources` nearest to `targets`, pair by pair in the least-squares sense (Horn,
 * "Closed-form solution of absolute orientation using unit quaternions", 1987, with its symmetric
 * scale, which favours neither side).
 *
 * @param sources, targets (N, 3)
 */
export function fitSimilarity(sources: Float32Array, targets: Float32Array): Similarity {
  const from = centroid(sources);
  const to = centroid(targets);
  let sourceSpread = 0;
  let targetSpread = 0;
  /** s[3 i + j]: sum over the pairs of source axis i times target axis j, about the centroids. */
  const s = new Float64Array(9);
  for (let at = 0; at < sources.length; at += 3) {
    for (let i = 0; i < 3; i++) {
      const source = sources[at + i] - from[i];
      const target = targets[at + i] - to[i];
      sourceSpread += source * source;
      targetSpread += target * target;
      for (let j = 0; j < 3; j++) s[3 * i + j] += source * (targets[at + j] - to[j]);
    }
  }
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s;
  const [w, x, y, z] = principalVector([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, -xx + yy - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, -xx - yy + zz],
  ]);
  const scale = Math.sqrt(targetSpread / sourceSpread);
  const fitted = new Float64Array(16);
  mat4.fromRotationTranslationScale(fitted, [x, y, z, w], to, [scale, scale, scale]);
  mat4.translate(fitted, fitted, vec3.negate(new Float64Array(3), from));
  return fitted;
}

/** Points (N, 3) moved by `transform`; `points` is not modified. */
export function transformPoints(points: Float32Array, transform: Similarity): Float32Array {
  const moved = points.slice();
  const point = new Float64Array(3);
  for (let at = 0; at < moved.length; at += 3) {
    vec3.set(point, moved[at], moved[at + 1], moved[at + 2]);
    vec3.transformMat4(point, point, transform);
    moved.set(point, at);
  }
  return moved;
}

function centroid(points: Float32Array): vec3 {
  const sum = new Float64Array(3);
  for (let i = 0; i < points.length; i++) sum[i % 3] += points[i];
  return vec3.scale(sum, sum, 3 / points.length);
}
