/** Where the camera stands so that all views of a mesh have the same scale and none is cut. */

import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { View } from "../../../plugin/protocol/contact-sheet-page.ts";

/** Unit vector from the subject to the camera. */
export function viewDirection({ azimuthDegrees, elevationDegrees }: View): Vector3 {
  const azimuth = (azimuthDegrees * Math.PI) / 180;
  const elevation = (elevationDegrees * Math.PI) / 180;
  return new Vector3(
    Math.sin(azimuth) * Math.cos(elevation),
    Math.sin(elevation),
    Math.cos(azimuth) * Math.cos(elevation),
  );
}

/**
 * Smallest distance from the origin at which all points stay within `fill` of a square picture in
 * each view, for a camera with the given vertical field of view.
 *
 * @param points (N, 3) xyz.
 */
export function framingDistance(
  points: Float32Array,
  views: readonly View[],
  fovRad: number,
  fill: number,
): number {
  const tangent = Math.tan(fovRad / 2) * fill;
  let distance = 0;
  for (const view of views) {
    const towardsCamera = viewDirection(view);
    const right = new Vector3(towardsCamera.z, 0, -towardsCamera.x).normalize();
    const up = Vector3.Cross(towardsCamera, right);
    for (let i = 0; i < points.length; i += 3) {
      const point = Vector3.FromArray(points, i);
      const offAxis = Math.max(
        Math.abs(Vector3.Dot(point, right)),
        Math.abs(Vector3.Dot(point, up)),
      );
      distance = Math.max(distance, Vector3.Dot(point, towardsCamera) + offAxis / tangent);
    }
  }
  return distance;
}
