/** Where a ray passes through the model's box. */
import type { RenderRequest } from "../core/rendering.ts";

/** TripoSR marches through a box smaller by this share, so that no sample lies beyond its planes. */
const UNIFORM_SHRINK = 1e-3;
/** ... and takes directions for at least this steep along each axis. */
const UNIFORM_MIN_SLOPE = 1e-6;
/** ... and passages shorter than this for none. */
const UNIFORM_MIN_LENGTH = 0.01;

/** Nothing is seen along a ray with `far <= near`. */
export interface Passages {
  /** (N) distances from the origin to where the ray enters the box. */
  readonly near: Float32Array;
  /** (N) ... and where it leaves. */
  readonly far: Float32Array;
}

/**
 * The passages of the request's rays. Those of the importance marcher begin behind the ray's origin
 * when that is within the box, as in the reference; those of the uniform marcher begin at it.
 */
export function boxPassages({ rays, march }: RenderRequest): Passages {
  const count = rays.origins.length / 3;
  const near = new Float32Array(count);
  const far = new Float32Array(count);
  const passage = march.marcher === "uniform" ? uniformPassage : importancePassage;
  for (let n = 0; n < count; n++) {
    const origin = rays.origins.subarray(3 * n, 3 * n + 3);
    const direction = rays.directions.subarray(3 * n, 3 * n + 3);
    [near[n], far[n]] = passage(origin, direction, march.boxRadius);
  }
  return { near, far };
}

/** [-1, -2] for a ray that misses the box. Bounds are rounded to single precision as they arise. */
function importancePassage(
  origin: Float32Array,
  direction: Float32Array,
  boxRadius: number,
): [near: number, far: number] {
  const radius = Math.fround(boxRadius);
  let near = Number.NEGATIVE_INFINITY;
  let far = Number.POSITIVE_INFINITY;
  for (let axis = 0; axis < 3; axis++) {
    const inverse = Math.fround(1 / direction[axis]);
    const side = inverse < 0 ? -radius : radius;
    const entry = Math.fround(Math.fround(-side - origin[axis]) * inverse);
    const exit = Math.fround(Math.fround(side - origin[axis]) * inverse);
    // A ray within a face gives NaN, which leaves the passage as it is.
    if (entry > near) near = entry;
    if (exit < far) far = exit;
  }
  return near > far ? [-1, -2] : [near, far];
}

/** Empty for a ray that misses the box. */
function uniformPassage(
  origin: Float32Array,
  direction: Float32Array,
  radius: number,
): [near: number, far: number] {
  const half = radius * (1 - UNIFORM_SHRINK);
  let near = 0;
  let far = Number.POSITIVE_INFINITY;
  for (let axis = 0; axis < 3; axis++) {
    const slope = direction[axis];
    const inverse = 1 / (Math.abs(slope) < UNIFORM_MIN_SLOPE ? UNIFORM_MIN_SLOPE : slope);
    const first = (-half - origin[axis]) * inverse;
    const second = (half - origin[axis]) * inverse;
    near = Math.max(near, Math.min(first, second));
    far = Math.min(far, Math.max(first, second));
  }
  return far - near > UNIFORM_MIN_LENGTH ? [near, far] : [near, near];
}

/** The least and the greatest distance at which a ray that passes through the box is sampled. */
export function sampledRange({ near, far }: Passages): readonly [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let n = 0; n < near.length; n++) {
    if (far[n] <= near[n]) continue;
    least = Math.min(least, near[n]);
    greatest = Math.max(greatest, far[n]);
  }
  return least <= greatest ? [least, greatest] : [0, 0];
}
