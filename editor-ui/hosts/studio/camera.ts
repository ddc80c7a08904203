/** The viewer's camera: it goes round what it looks at and never under the ground. */
import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { fitView } from "../../scene/fit-view.ts";

/** Radians; in front of the scene, to the right and above it. */
const FIRST_VIEW = { alpha: Math.PI * 0.42, beta: Math.PI * 0.4 };
const FIRST_RADIUS = 3.5;
const FOV_RAD = (40 * Math.PI) / 180;
/** Metres: meshes are as small as a coin or as large as a mountain. */
const RADIUS_LIMITS = { lower: 0.01, upper: 200_000 };
/** Depth range, as shares of the distance. */
const NEAR = 0.01;
const FAR = 100;
/** Share of the view that something framed fills. */
const FILL = 0.8;

export interface Box {
  readonly min: Vector3;
  readonly max: Vector3;
}

export interface ViewerCamera {
  readonly camera: ArcRotateCamera;
  /** Looks at `box` from the direction it looks in. */
  frame(box: Box): void;
  /** Whether someone has turned, moved or zoomed it, or relies on where it stands. */
  isUsed: boolean;
}

export function createCamera(scene: Scene, canvas: HTMLCanvasElement): ViewerCamera {
  const { alpha, beta } = FIRST_VIEW;
  const target = new Vector3(0, 0.4, 0);
  const camera = new ArcRotateCamera("viewer", alpha, beta, FIRST_RADIUS, target, scene);
  camera.fov = FOV_RAD;
  camera.lowerRadiusLimit = RADIUS_LIMITS.lower;
  camera.upperRadiusLimit = RADIUS_LIMITS.upper;
  camera.upperBetaLimit = Math.PI / 2;
  camera.wheelDeltaPercentage = 0.02;
  camera.pinchDeltaPercentage = 0.01;
  camera.useNaturalPinchZoom = true;
  camera.zoomToMouseLocation = true;
  camera.attachControl(true);
  const adapt = (): void => {
    camera.minZ = camera.radius * NEAR;
    camera.maxZ = camera.radius * FAR;
    // One drag across the canvas moves the scene by about its width, at any distance.
    camera.panningSensibility = 1000 / camera.radius;
  };
  camera.onViewMatrixChangedObservable.add(adapt);
  adapt();

  const viewer: ViewerCamera = {
    camera,
    isUsed: false,
    frame(box) {
      const slope = Math.tan(FOV_RAD / 2) * FILL;
      const slopes = { x: slope * scene.getEngine().getAspectRatio(camera), y: slope };
      const axes = axesOf(camera);
      const points = cornersOf(box).flatMap((corner) => axes.map((axis) => corner.dot(axis)));
      const { position, nearest, farthest } = fitView(points, slopes);
      const radius = (nearest + farthest) / 2;
      const [right, up, back] = axes;
      const inPlane = right.scale(position[0]).add(up.scale(position[1]));
      // `setTarget` would turn the camera towards it from where it stands.
      camera.target.copyFrom(inPlane.add(back.scale(position[2] - radius)));
      camera.radius = radius;
    },
  };
  for (const type of ["wheel", "pointerdown"]) {
    canvas.addEventListener(type, () => (viewer.isUsed = true), { passive: true });
  }
  return viewer;
}

/** Directions in the scene to its picture's right, to its top and to the viewer. */
function axesOf(camera: ArcRotateCamera): readonly [Vector3, Vector3, Vector3] {
  return [
    camera.getDirection(Vector3.Right()),
    camera.getDirection(Vector3.Up()),
    camera.getDirection(Vector3.Backward(true)),
  ];
}

function cornersOf({ min, max }: Box): Vector3[] {
  return [min.x, max.x].flatMap((x) =>
    [min.y, max.y].flatMap((y) => [min.z, max.z].map((z) => new Vector3(x, y, z))),
  );
}
