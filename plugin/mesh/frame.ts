/** From a model's frame to the one of a GLB: +Y up, front +Z, metres, pivot at the bottom centre. */
import { mat4, vec3 } from "gl-matrix";
import { InputError } from "../core/errors.ts";
import { type FrameAxes, parseAxis } from "../core/frame.ts";
import type { Bounds, ColouredMesh, TriangleMesh } from "../core/mesh.ts";
import { boundsOf } from "./measure.ts";

export interface FrameOptions {
  readonly axes: FrameAxes;
  /** Which extent, after turning, becomes how many metres. */
  readonly size?: { readonly axis: "longest" | "height"; readonly metres: number };
}

export const FRAME_DEFAULTS = { size: { axis: "longest", metres: 1 } } as const;

export interface FramedMesh {
  readonly mesh: ColouredMesh;
  /** Model frame to GLB frame, (4, 4) column-major. */
  readonly transform: Float64Array;
  readonly bounds: Bounds;
}

/**
 * Turns, scales and moves `mesh`, which is not modified. Its bounds then have their centre at X = 0
 * and Z = 0 and their lowest point at Y = 0.
 *
 * @throws InputError when the size is not a positive number or the mesh has no such extent.
 */
export function frameMesh(mesh: ColouredMesh, options: FrameOptions): FramedMesh {
  const { axes, size } = { ...FRAME_DEFAULTS, ...options };
  const turn = rotationOf(axes);
  const { min, max } = boundsOf(transformMesh(mesh, turn));
  const scale = scaleOf(min, max, size);

  const pivot = [(min[0] + max[0]) / 2, min[1], (min[2] + max[2]) / 2] as const;
  const transform = new Float64Array(16); // double, so that the lowest point lands on Y = 0
  mat4.fromScaling(transform, [scale, scale, scale]);
  mat4.translate(transform, transform, vec3.negate(new Float64Array(3), pivot));
  mat4.multiply(transform, transform, turn);

  const framed = transformMesh(mesh, transform);
  return { mesh: framed, transform, bounds: boundsOf(framed) };
}

function rotationOf(axes: FrameOptions["axes"]): mat4 {
  const matrix = mat4.fromValues(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
  axes.forEach((axis, row) => {
    const { index, sign } = parseAxis(axis);
    matrix[4 * index + row] = sign;
  });
  if (mat4.determinant(matrix) !== 1) {
    throw new RangeError(
      `axes: ${axes.join(", ")} is no rotation — use each axis once, unmirrored`,
    );
  }
  return matrix;
}

function scaleOf(
  min: Bounds["min"],
  max: Bounds["max"],
  { axis, metres }: NonNullable<FrameOptions["size"]>,
): number {
  if (!(metres > 0 && Number.isFinite(metres))) {
    throw new InputError("bad-option", `size: ${metres} is not a length — give metres above 0`);
  }
  const height = max[1] - min[1];
  const extent = axis === "height" ? height : Math.max(max[0] - min[0], height, max[2] - min[2]);
  if (extent === 0) {
    throw new InputError(
      "bad-option",
      `size: the mesh has no ${axis} extent to scale — use another picture`,
    );
  }
  return metres / extent;
}

/** The mesh with its positions moved by `transform`, (4, 4) column-major; `mesh` is not modified. */
export function transformMesh<Mesh extends TriangleMesh>(mesh: Mesh, transform: mat4): Mesh {
  const positions = mesh.positions.slice();
  const point = new Float64Array(3);
  for (let at = 0; at < positions.length; at += 3) {
    vec3.set(point, positions[at], positions[at + 1], positions[at + 2]);
    vec3.transformMat4(point, point, transform);
    positions.set(point, at);
  }
  return { ...mesh, positions };
}
