/** One Babylon scene for all meshes: studio light, a turntable, a camera. */

import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import { Constants } from "@babylonjs/core/Engines/constants.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { ImageProcessingConfiguration } from "@babylonjs/core/Materials/imageProcessingConfiguration.js";
import { HDRFiltering } from "@babylonjs/core/Materials/Textures/Filtering/hdrFiltering.js";
import { RawCubeTexture } from "@babylonjs/core/Materials/Textures/rawCubeTexture.js";
import { Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { CubeMapToSphericalPolynomialTools } from "@babylonjs/core/Misc/HighDynamicRange/cubemapToSphericalPolynomial.js";
import { Scene } from "@babylonjs/core/scene.js";
import type { View } from "../../../plugin/protocol/contact-sheet-page.ts";
import { lightStudio } from "../../scene/studio-light.ts";
import { framingDistance, viewDirection } from "./framing.ts";
import { createGroundShadow, type GroundShadow } from "./ground-shadow.ts";
import type { Subject } from "./subject.ts";

const FOV_RAD = (22 * Math.PI) / 180;
const BABYLON = {
  Constants,
  CubeMapToSphericalPolynomialTools,
  DirectionalLight,
  HDRFiltering,
  ImageProcessingConfiguration,
  RawCubeTexture,
  Vector3,
};

export interface Studio {
  readonly canvas: HTMLCanvasElement;
  readonly engine: Engine;
  readonly scene: Scene;
  /**
   * Turns with the view while camera and light stand still, as on a photographer's turntable: each
   * side of a subject is lit alike.
   */
  readonly turntable: TransformNode;
  readonly camera: FreeCamera;
  readonly groundShadow: GroundShadow;
}

export async function createStudio(canvas: HTMLCanvasElement): Promise<Studio> {
  const engine = new Engine(canvas, false, { preserveDrawingBuffer: true, audioEngine: false });
  const scene = new Scene(engine);
  scene.useRightHandedSystem = true;
  scene.clearColor = new Color4(0, 0, 0, 0);
  await lightStudio(BABYLON, scene);
  const camera = new FreeCamera("camera", Vector3.Zero(), scene);
  camera.fov = FOV_RAD;
  camera.minZ = 0.1;
  camera.maxZ = 50;
  const turntable = new TransformNode("turntable", scene);
  const groundShadow = createGroundShadow(scene);
  groundShadow.ground.parent = turntable;
  return { canvas, engine, scene, turntable, camera, groundShadow };
}

/** Puts the subject on the turntable as it was modelled. */
export function stageSubject({ turntable, groundShadow }: Studio, subject: Subject): void {
  turntable.rotation.y = 0;
  subject.root.parent = turntable;
  groundShadow.ground.position.y = subject.bottom;
  groundShadow.ground.setEnabled(false);
}

/** Turns the subject to one view; `views` are all that share the framing. */
export function aim(
  { scene, turntable, camera }: Studio,
  view: View,
  views: readonly View[],
  { points }: Subject,
  fill: number,
): void {
  const distance = framingDistance(points, views, FOV_RAD, fill);
  turntable.rotation.y = (-view.azimuthDegrees * Math.PI) / 180;
  camera.position = viewDirection({ ...view, azimuthDegrees: 0 }).scale(distance);
  camera.setTarget(Vector3.Zero());
  scene.activeCamera = camera;
}
