/** Assets and pictures that are dropped onto the canvas of a scene. */
import type { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { ASSET_DRAG_TYPE } from "../panel/host-bridge.ts";

export interface DropTarget {
  /** Where `point` is what lies under the pointer, in the scene's units. */
  onAsset(uuid: string, point: Vector3): void;
  /** Files from the desktop; without it they are left to the host. */
  onFiles?(files: readonly File[]): void;
}

/**
 * Lets `canvas` take drops. `scene` is asked at each drop, as hosts switch scenes.
 *
 * @returns what ends that.
 */
export function acceptDrops(
  canvas: HTMLElement,
  scene: () => Scene | undefined,
  { onAsset, onFiles }: DropTarget,
): () => void {
  const accepts = ({ dataTransfer }: DragEvent): boolean =>
    dataTransfer?.types.includes(ASSET_DRAG_TYPE) === true ||
    (onFiles !== undefined && dataTransfer?.types.includes("Files") === true);

  const onDragOver = (event: DragEvent): void => {
    if (!accepts(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  };
  const onDrop = (event: DragEvent): void => {
    if (!accepts(event)) return;
    event.preventDefault();
    const uuid = event.dataTransfer?.getData(ASSET_DRAG_TYPE);
    const current = scene();
    if (uuid && current) onAsset(uuid, pointUnder(current, event.offsetX, event.offsetY));
    else if (!uuid) onFiles?.([...(event.dataTransfer?.files ?? [])]);
  };
  canvas.addEventListener("dragover", onDragOver);
  canvas.addEventListener("drop", onDrop);
  return () => {
    canvas.removeEventListener("dragover", onDragOver);
    canvas.removeEventListener("drop", onDrop);
  };
}

/**
 * What a ray through the canvas meets first: a mesh, the ground y = 0 as far as it is drawn, else a
 * point as far from the camera as the scene's origin.
 *
 * @param x, y CSS pixels from the canvas's top left corner.
 */
function pointUnder(scene: Scene, x: number, y: number): Vector3 {
  const { pickedPoint } = scene.pick(x, y);
  if (pickedPoint) return pickedPoint;
  const camera = scene.activeCamera;
  const { origin, direction } = scene.createPickingRay(x, y, null, camera);
  const toGround = -origin.y / direction.y;
  const isDrawn = toGround > 0 && toGround < (camera?.maxZ ?? 0);
  return origin.add(direction.scale(isDrawn ? toGround : origin.length()));
}
