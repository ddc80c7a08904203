/**
 * The soft shadow of an overcast sky: the subject seen straight from above, blurred and painted on
 * the ground. Cheaper than shadow maps where WebGL runs in software, and free of their artefacts.
 */

import { Camera } from "@babylonjs/core/Cameras/camera.js";
import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial.js";
import { DynamicTexture } from "@babylonjs/core/Materials/Textures/dynamicTexture.js";
import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { renderWhenReady } from "../../scene/render-when-ready.ts";

/** Side of the ground; the subject's diagonal is 1. */
const GROUND_SIZE = 2;
const TEXTURE_SIZE = 256;
/** A tight shadow where the subject stands and a wide one around it. */
const LAYERS = [
  { blurPixels: 5, opacity: 0.2 },
  { blurPixels: 16, opacity: 0.26 },
];

export interface GroundShadow {
  readonly ground: Mesh;
  readonly texture: DynamicTexture;
  readonly plan: FreeCamera;
}

export function createGroundShadow(scene: Scene): GroundShadow {
  const texture = new DynamicTexture("ground shadow", TEXTURE_SIZE, scene, true);
  texture.hasAlpha = true;
  // Without a first upload the texture, and with it the scene, never becomes ready.
  texture.update();
  const material = new PBRMaterial("ground", scene);
  material.unlit = true;
  material.albedoColor = Color3.Black();
  material.opacityTexture = texture;
  const ground = CreateGround("ground", { width: GROUND_SIZE, height: GROUND_SIZE }, scene);
  ground.material = material;
  return { ground, texture, plan: createPlanCamera(scene) };
}

/** Looks straight down, with +X to the right and +Z to the bottom of the picture. */
function createPlanCamera(scene: Scene): FreeCamera {
  const plan = new FreeCamera("plan", new Vector3(0, 2, 0), scene);
  plan.mode = Camera.ORTHOGRAPHIC_CAMERA;
  plan.orthoLeft = plan.orthoBottom = -GROUND_SIZE / 2;
  plan.orthoRight = plan.orthoTop = GROUND_SIZE / 2;
  plan.upVector = new Vector3(0, 0, -1);
  plan.setTarget(Vector3.Zero());
  return plan;
}

/** Paints the shadow of what the scene shows besides the ground. */
export async function paintGroundShadow(
  { ground, texture, plan }: GroundShadow,
  scene: Scene,
  canvas: HTMLCanvasElement,
): Promise<void> {
  ground.setEnabled(false);
  scene.activeCamera = plan;
  await renderWhenReady(scene);
  const context = texture.getContext() as CanvasRenderingContext2D;
  context.clearRect(0, 0, TEXTURE_SIZE, TEXTURE_SIZE);
  for (const { blurPixels, opacity } of LAYERS) {
    context.filter = `brightness(0) blur(${blurPixels}px) opacity(${opacity})`;
    context.drawImage(canvas, 0, 0, TEXTURE_SIZE, TEXTURE_SIZE);
  }
  // Not flipped: the ground's v runs along +Z, downwards in the plan.
  texture.update(false);
  ground.setEnabled(true);
}
