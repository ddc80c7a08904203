/**
 * Pinhole cameras in a model's frame.
 *
 * A pose is camera to world, (4, 4) column-major in doubles; its columns are the camera's right, up
 * and backward directions and its position.
 */
import { mat4, type ReadonlyMat4, type ReadonlyVec3, vec3 } from "gl-matrix";
import { type FrameAxes, parseAxis, type SignedAxis } from "./frame.ts";
import type { Rays } from "./rendering.ts";
import type { ViewConvention } from "./view-convention.ts";

export interface Camera {
  readonly pose: ReadonlyMat4;
  /** Focal lengths as shares of the picture's width and height. */
  readonly focal: readonly [number, number];
  /** Where the axis meets the picture, as shares of its width and height. */
  readonly centre: readonly [number, number];
}

/** Pixels of a picture, counted from its top left corner. */
export interface PixelWindow {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The pose of a camera at `position` that looks at `target`.
 *
 * @throws RangeError when it looks along `up`, where no direction is the picture's right.
 */
export function lookAt(position: ReadonlyVec3, target: ReadonlyVec3, up: ReadonlyVec3): mat4 {
  const backward = vec3.subtract(new Float64Array(3), position, target);
  if (vec3.length(vec3.cross(new Float64Array(3), up, backward)) === 0) {
    throw new RangeError(`camera: at ${[...position].join(", ")} it looks along its up direction`);
  }
  return mat4.targetTo(new Float64Array(16), position, target, up);
}

/**
 * A camera on the family's orbit, for square pictures: it looks at the box's centre from `azimuth`
 * radians around the up axis, from the input view towards the picture's right, and `elevation`
 * radians above the horizon (the family's own by default).
 */
export function orbitCamera(
  view: ViewConvention,
  axes: FrameAxes,
  azimuth: number,
  elevation: number = view.orbitElevation,
): Camera {
  const [right, up, front] = axes.map(unitVector);
  const position = new Float64Array(3);
  const along = (axis: Float64Array, share: number) =>
    vec3.scaleAndAdd(position, position, axis, view.orbitRadius * share);
  along(front, Math.cos(azimuth) * Math.cos(elevation));
  along(right, Math.sin(azimuth) * Math.cos(elevation));
  along(up, Math.sin(elevation));
  const focal = 0.5 / Math.tan(view.fieldOfView / 2);
  return { pose: lookAt(position, [0, 0, 0], up), focal: [focal, focal], centre: [0.5, 0.5] };
}

/** `count` azimuths once around, from the input view on; the first is not repeated. */
export function azimuthsAround(count: number): readonly number[] {
  return Array.from({ length: count }, (_, k) => (2 * Math.PI * k) / count);
}

/**
 * Moves the world so that the first pose becomes OpenLRM's canonical one: on -y at `distance` from
 * the origin (by default at its own), upright along +z. Poses keep their places to one another.
 *
 * @throws RangeError when the first pose is no rotation and translation.
 */
export function normalisePoses(poses: readonly ReadonlyMat4[], distance?: number): mat4[] {
  const [first] = poses;
  const fromFirst = mat4.invert(new Float64Array(16), first);
  if (fromFirst === null) throw new RangeError("camera: the first pose cannot be inverted");
  const radius = distance ?? vec3.length(mat4.getTranslation(new Float64Array(3), first));
  const canonical = lookAt([0, -radius, 0], [0, 0, 0], [0, 0, 1]);
  const move = mat4.multiply(new Float64Array(16), canonical, fromFirst);
  return poses.map((pose) => mat4.multiply(new Float64Array(16), move, pose));
}

/**
 * Rays through the centres of a picture's pixels, row by row; with `window` only of the pixels
 * within it. Every step is rounded to single precision in the order of the reference programs: one
 * unit in the last place decides whether a ray's last sample counts as outside the model's box.
 */
export function cameraRays(
  { pose, focal, centre }: Camera,
  { width, height }: { readonly width: number; readonly height: number },
  window: PixelWindow = { left: 0, top: 0, width, height },
): Rays {
  const f32 = Math.fround;
  const [xx, xy, xz, , yx, yy, yz, , zx, zy, zz, , ...position] = Float32Array.from(pose);
  const count = window.width * window.height;
  const origins = new Float32Array(3 * count);
  const directions = new Float32Array(3 * count);
  for (let n = 0; n < count; n++) {
    const u = f32((window.left + (n % window.width) + 0.5) * f32(1 / width));
    const v = f32((window.top + Math.floor(n / window.width) + 0.5) * f32(1 / height));
    const x = f32(f32(u - centre[0]) / f32(focal[0]));
    const y = f32(f32(centre[1] - v) / f32(focal[1]));
    const dx = f32(f32(f32(xx * x) + f32(yx * y)) - zx);
    const dy = f32(f32(f32(xy * x) + f32(yy * y)) - zy);
    const dz = f32(f32(f32(xz * x) + f32(yz * y)) - zz);
    const length = f32(Math.hypot(dx, dy, dz));
    directions.set([dx / length, dy / length, dz / length], 3 * n);
    origins.set([position[0], position[1], position[2]], 3 * n);
  }
  return { origins, directions };
}

function unitVector(axis: SignedAxis): Float64Array {
  const { index, sign } = parseAxis(axis);
  const vector = new Float64Array(3);
  vector[index] = sign;
  return vector;
}
