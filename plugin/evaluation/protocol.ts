/**
 * What every object is put through; the views are those of the Google Scanned Objects comparisons in
 * the literature on large reconstruction models.
 *
 * A picture of the true mesh from view 0 is given to the model as any user's picture would be. The
 * model is not told where that camera stands: it takes the picture for one from its canonical
 * camera. Truth and prediction are then rendered alike, by their base colours and without light,
 * because that is what the models predict; each is centred by its bounding box, and the prediction's
 * longest side made the truth's, because a picture does not tell an object's size or distance.
 * Orientation is not corrected in the pictures: a prediction that is tilted scores worse.
 */
import { type Camera, orbitCamera } from "../core/camera.ts";
import type { FrameAxes } from "../core/frame.ts";
import type { Bounds, TriangleMesh } from "../core/mesh.ts";
import type { ViewConvention } from "../core/view-convention.ts";
import type { View } from "../protocol/contact-sheet-page.ts";
import type { Placement } from "../protocol/evaluation-page.ts";

export const ELEVATION_DEGREES = 20;

/** Side of the picture that the model is given, pixels; no family's network sees more. */
export const INPUT_SIZE = 512;

/**
 * The true mesh's bounding sphere as a share of the largest that the camera sees whole. So nothing
 * is cut off, whatever the object's shape.
 */
const FILL = 0.9;

/** Evenly around from the input view, towards the object's +X side, looking down a little. */
export function viewsAround(count: number): readonly View[] {
  return Array.from({ length: count }, (_, k) => ({
    azimuthDegrees: (360 * k) / count,
    elevationDegrees: ELEVATION_DEGREES,
  }));
}

/** Where and how large the truth stands before the family's camera. */
export function placeTruth(
  { positions, triangles }: TriangleMesh,
  bounds: Bounds,
  { orbitRadius, fieldOfView }: ViewConvention,
): Placement {
  const centre = centreOf(bounds);
  let radius = 0;
  for (const vertex of triangles) {
    const offset = centre.map((value, axis) => positions[3 * vertex + axis] - value);
    radius = Math.max(radius, Math.hypot(...offset));
  }
  return { centre, scale: (FILL * orbitRadius * Math.sin(fieldOfView / 2)) / radius };
}

/** The prediction in the truth's place, with its longest side. */
export function placePrediction(
  prediction: Bounds,
  truth: Bounds,
  truthPlacement: Placement,
): Placement {
  const scale = (truthPlacement.scale * longestSide(truth)) / longestSide(prediction);
  return { centre: centreOf(prediction), scale };
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

export function longestSide({ min, max }: Bounds): number {
  return Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
}

function centreOf({ min, max }: Bounds): [number, number, number] {
  return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
}
