/** The ground: a grid of metres that fades out, and the shadows of what stands on it. */
import type { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { ShadowGenerator } from "@babylonjs/core/Lights/Shadows/shadowGenerator.js";
import { Material } from "@babylonjs/core/Materials/material.js";
import { DynamicTexture } from "@babylonjs/core/Materials/Textures/dynamicTexture.js";
import type { Color3 } from "@babylonjs/core/Maths/math.color.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { GridMaterial } from "@babylonjs/materials/grid/gridMaterial.js";
import { ShadowOnlyMaterial } from "@babylonjs/materials/shadowOnly/shadowOnlyMaterial.js";

/** Of the ground in units; a unit is the power of ten of metres that suits the camera's distance. */
const SIDE = 120;
/** Lines stand this far apart, in units; each tenth one is stronger. */
const SPACING = 0.1;
const FADE_TEXELS = 256;
const SHADOW_TEXELS = 1024;
const SHADOW_DARKNESS = 0.3;
/** Slack of the light's depth range, as a share of it. */
const DEPTH_MARGIN = 0.05;
/** Below the grid by this share of the camera's distance, against flicker. */
const SHADOW_DEPTH = 0.0005;

export interface Ground {
  /** The meshes that cast shadows; to be called after they have changed or moved. */
  castShadows(meshes: readonly AbstractMesh[]): void;
  /** Colours of the lines and of the shadow. */
  paint(lines: Color3, shadow: Color3): void;
}

export interface GroundOptions {
  readonly camera: ArcRotateCamera;
  /** Casts the shadows. */
  readonly key: DirectionalLight;
  /** Told how many metres are between the stronger lines. */
  readonly onSpacing: (metres: number) => void;
}

export function createGround(scene: Scene, options: GroundOptions): Ground {
  const { camera, key, onSpacing } = options;
  const grid = createGrid(scene);
  const generator = createShadowGenerator(key);
  const shadow = new ShadowOnlyMaterial("shadows", scene);
  shadow.activeLight = key;
  const plane = CreateGround("grid", { width: SIDE, height: SIDE }, scene);
  plane.material = grid;
  const shadowPlane = CreateGround("shadows", { width: SIDE, height: SIDE }, scene);
  shadowPlane.material = shadow;
  shadowPlane.receiveShadows = true;
  let shownSpacing = 0;
  const follow = (): void => {
    const spacing = 10 ** Math.floor(Math.log10(camera.radius));
    if (spacing !== shownSpacing) onSpacing(spacing);
    shownSpacing = spacing;
    for (const mesh of [plane, shadowPlane]) {
      mesh.scaling.setAll(spacing);
      // By whole lines, so that the grid stands still under a camera that moves.
      mesh.position.x = Math.round(camera.target.x / spacing) * spacing;
      mesh.position.z = Math.round(camera.target.z / spacing) * spacing;
    }
    shadowPlane.position.y = -camera.radius * SHADOW_DEPTH;
  };
  for (const mesh of [plane, shadowPlane]) mesh.isPickable = false;
  camera.onViewMatrixChangedObservable.add(follow);
  follow();
  return {
    castShadows(meshes) {
      const map = generator.getShadowMap();
      if (map !== null) map.renderList = [...meshes];
      // Materials leave shadows out as long as nothing casts any.
      shadow.markAsDirty(Material.LightDirtyFlag);
      if (meshes.length > 0) reachGround(key, meshes);
    },
    paint(lines, shadowColour) {
      grid.mainColor = grid.lineColor = lines;
      shadow.shadowColor = shadowColour;
    },
  };
}

function createGrid(scene: Scene): GridMaterial {
  const grid = new GridMaterial("grid", scene);
  grid.gridRatio = SPACING;
  grid.majorUnitFrequency = 10;
  grid.minorUnitVisibility = 0.35;
  grid.linesOnly = true;
  grid.opacity = 0.6;
  grid.opacityTexture = createFade(scene);
  grid.backFaceCulling = false;
  return grid;
}

function createShadowGenerator(key: DirectionalLight): ShadowGenerator {
  const generator = new ShadowGenerator(SHADOW_TEXELS, key);
  generator.usePercentageCloserFiltering = true;
  generator.setDarkness(1 - SHADOW_DARKNESS);
  return generator;
}

/** Sets the light's depth range from the meshes to where their shadows fall. */
function reachGround(key: DirectionalLight, meshes: readonly AbstractMesh[]): void {
  const direction = key.direction.normalizeToNew();
  let [near, far] = [Infinity, -Infinity];
  for (const mesh of meshes) {
    mesh.computeWorldMatrix(true);
    for (const corner of mesh.getBoundingInfo().boundingBox.vectorsWorld) {
      const depth = corner.subtract(key.position).dot(direction);
      near = Math.min(near, depth);
      far = Math.max(far, depth - Math.max(0, corner.y) / direction.y);
    }
  }
  const margin = (far - near) * DEPTH_MARGIN;
  key.shadowMinZ = near - margin;
  key.shadowMaxZ = far + margin;
}

/** Opaque in the middle, transparent towards the edge. */
function createFade(scene: Scene): DynamicTexture {
  const fade = new DynamicTexture("fade", FADE_TEXELS, scene, true);
  fade.hasAlpha = true;
  const context = fade.getContext() as CanvasRenderingContext2D;
  const middle = FADE_TEXELS / 2;
  const gradient = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
  gradient.addColorStop(0, "rgba(255, 255, 255, 1)");
  gradient.addColorStop(0.3, "rgba(255, 255, 255, 0.5)");
  gradient.addColorStop(1, "rgba(255, 255, 255, 0)");
  context.fillStyle = gradient;
  context.fillRect(0, 0, FADE_TEXELS, FADE_TEXELS);
  fade.update();
  return fade;
}
