/**
 * How far a turntable's camera must stand so that the object stays in the picture. The families'
 * own distances suit the objects they were shown in training; tall ones can reach beyond the frame.
 */
import { type ReadonlyVec3, vec3 } from "gl-matrix";
import { azimuthsAround, type Camera, cameraRays, orbitCamera } from "../core/camera.ts";
import type { ViewConvention } from "../core/view-convention.ts";
import type { PictureField } from "./contract.ts";

/** Views and pixels a side in which the object is looked for. */
const VIEWS = 8;
const SIZE = 48;
/** The object's place is looked for from so much farther than the family's orbit. */
const RETREAT = 3;

/** A pixel of the object: seen this clearly. */
const SEEN = 0.5;

/** Share of half the picture's side that the object may fill. */
const FILL = 0.92;

/** The family's view, from farther away if the object would not fit the pictures of one turn. */
export async function fitOrbit(
  field: PictureField,
  signal: AbortSignal | undefined,
): Promise<ViewConvention> {
  const { view, axes } = field;
  const far = { ...view, orbitRadius: RETREAT * view.orbitRadius };
  const azimuths = azimuthsAround(VIEWS);
  const cameras = azimuths.map((azimuth) => orbitCamera(far, axes, azimuth));
  const size = { width: SIZE, height: SIZE };
  const views = await field.render(cameras, { ...size, signal });

  let orbitRadius = view.orbitRadius;
  for (const [k, { opacity, depth }] of views.entries()) {
    const { origins, directions } = cameraRays(cameras[k], size);
    for (let n = 0; n < opacity.length; n++) {
      if (opacity[n] < SEEN) continue;
      const origin = origins.subarray(3 * n, 3 * n + 3);
      const direction = directions.subarray(3 * n, 3 * n + 3);
      const point = vec3.scaleAndAdd(new Float64Array(3), origin, direction, depth[n]);
      for (const camera of cameras) {
        orbitRadius = Math.max(orbitRadius, radiusToSee(point, camera));
      }
    }
  }
  return { ...view, orbitRadius };
}

/** The least distance from the centre at which the camera, moved along its axis, sees the point. */
function radiusToSee(point: ReadonlyVec3, { pose, focal }: Camera): number {
  const along = (column: number) =>
    point[0] * pose[4 * column] + point[1] * pose[4 * column + 1] + point[2] * pose[4 * column + 2];
  // |across| / (radius - towards) <= FILL * half the picture / focal length
  const slope = (FILL * 0.5) / focal[0];
  return along(2) + Math.max(Math.abs(along(0)), Math.abs(along(1))) / slope;
}
