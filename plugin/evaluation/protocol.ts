/**
 * What every object is put through; the views are those of the Google Scanned Objects comparisons in
 * the literature on large reconstruction models.
 *
 * A picture of the true mesh from view 0 is given to the model as any user's picture would be. The
 * model is not told where that camera stands: it takes the picture for one from its canonical
 * camera. Truth and prediction are then rendered alike, by their base colours and without light,
 * because that is what the models predict. Each is centred by its bounding box and scaled so that the
 * box's diagonal is the diameter of the largest sphere that the camera sees whole: a picture does not
 * tell an object's size or distance, and nothing is cut off, whatever the shape.
 * Orientation is not corrected in the pictures: a prediction that is tilted scores worse.
 */
import { type Camera, orbitCamera } from "../core/camera.ts";
import { InputError } from "../core/errors.ts";
import type { FrameAxes } from "../core/frame.ts";
import type { Bounds } from "../core/mesh.ts";
import type { ViewConvention } from "../core/view-convention.ts";
import type { View } from "../protocol/contact-sheet-page.ts";
import type { Placement } from "../protocol/evaluation-page.ts";

export const ELEVATION_DEGREES = 20;

/** Side of the picture that the model is given, pixels; no family's network sees more. */
export const INPUT_SIZE = 512;

/** Evenly around from the input view, towards the object's +X side, looking down a little. */
export function viewsAround(count: number): readonly View[] {
  return Array.from({ length: count }, (_, k) => ({
    azimuthDegrees: (360 * k) / count,
    elevationDegrees: ELEVATION_DEGREES,
  }));
}

/**
 * Where and how large a mesh of the given bounds stands before the family's camera.
 *
 * @throws InputError when the mesh has no extent.
 */
export function placeMesh(
  { min, max }: Bounds,
  { orbitRadius, fieldOfView }: ViewConvention,
): Placement {
  const diagonal = Math.hypot(...max.map((value, axis) => value - min[axis]));
  if (!(diagonal > 0 && Number.isFinite(diagonal))) {
    throw new InputError("unreadable", "mesh: has no extent — give a GLB with a surface");
  }
  const centre = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2] as const;
  return { centre, scale: (2 * orbitRadius * Math.sin(fieldOfView / 2)) / diagonal };
}

/**
 * The camera that sees the model's field as `view` sees the placed prediction.
 *
 * @param toModel From the GLB's frame to the model's, (4, 4) column-major: a similarity.
 */
export function fieldCamera(
  { azimuthDegrees, elevationDegrees }: View,
  convention: ViewConvention,
  axes: FrameAxes,
  placement: Placement,
  toModel: Float64Array,
): Camera {
  const radians = Math.PI / 180;
  const camera = orbitCamera(
    convention,
    axes,
    azimuthDegrees * radians,
    elevationDegrees * radians,
  );
  const [x, y, z] = placement.centre;
  const modelUnits = Math.hypot(toModel[0], toModel[1], toModel[2]) / placement.scale;
  const pose = Float64Array.from(camera.pose);
  for (let axis = 0; axis < 3; axis++) {
    const centre =
      toModel[axis] * x + toModel[4 + axis] * y + toModel[8 + axis] * z + toModel[12 + axis];
    pose[12 + axis] = centre + pose[12 + axis] * modelUnits;
  }
  return { ...camera, pose };
}
