/** The shadows of the meshes on the ground. */
import type { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { ShadowGenerator } from "@babylonjs/core/Lights/Shadows/shadowGenerator.js";
import { Material } from "@babylonjs/core/Materials/material.js";
import type { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { ShadowOnlyMaterial } from "@babylonjs/materials/shadowOnly/shadowOnlyMaterial.js";

const MAP_TEXELS = 1024;
const DARKNESS = 0.3;
/** Slack around what the shadows reach, as a share of it. */
const MARGIN = 0.05;
/** Below the grid by this share of the camera's distance, against flicker. */
const DEPTH = 0.0005;

export interface Shadows {
  /** Draws those of `meshes`; to be called after they have changed or moved. */
  cast(meshes: readonly AbstractMesh[]): void;
  paint(colour: Color3): void;
}

/** @param key The light that casts them. */
export function createShadows(
  scene: Scene,
  camera: ArcRotateCamera,
  key: DirectionalLight,
): Shadows {
  const generator = new ShadowGenerator(MAP_TEXELS, key);
  generator.usePercentageCloserFiltering = true;
  generator.setDarkness(1 - DARKNESS);
  const material = new ShadowOnlyMaterial("shadows", scene);
  material.activeLight = key;
  // No larger than the shadows: it is drawn pixel by pixel.
  const plane = CreateGround("shadows", { width: 1, height: 1 }, scene);
  plane.material = material;
  plane.receiveShadows = true;
  plane.isPickable = false;
  camera.onViewMatrixChangedObservable.add(() => {
    plane.position.y = -camera.radius * DEPTH;
  });
  return {
    cast(meshes) {
      const map = generator.getShadowMap();
      if (map !== null) map.renderList = [...meshes];
      plane.setEnabled(meshes.length > 0);
      // Materials leave shadows out as long as nothing casts any.
      material.markAsDirty(Material.LightDirtyFlag);
      if (meshes.length === 0) return;
      const { near, far, min, max } = reachOf(meshes, key);
      key.shadowMinZ = near - (far - near) * MARGIN;
      key.shadowMaxZ = far + (far - near) * MARGIN;
      const size = max.subtract(min).scale(1 + 2 * MARGIN);
      plane.scaling.set(size.x, 1, size.z);
      plane.position.x = (min.x + max.x) / 2;
      plane.position.z = (min.z + max.z) / 2;
    },
    paint(colour) {
      material.shadowColor = colour;
    },
  };
}

/** From the meshes to where their shadows fall: depths along the light, corners on the ground. */
function reachOf(meshes: readonly AbstractMesh[], { position, direction }: DirectionalLight) {
  const along = direction.normalizeToNew();
  const min = new Vector3(Infinity, 0, Infinity);
  const max = new Vector3(-Infinity, 0, -Infinity);
  let [near, far] = [Infinity, -Infinity];
  for (const mesh of meshes) {
    mesh.computeWorldMatrix(true);
    for (const corner of mesh.getBoundingInfo().boundingBox.vectorsWorld) {
      const depth = corner.subtract(position).dot(along);
      const toGround = Math.max(0, corner.y) / -along.y;
      const shadow = corner.add(along.scale(toGround));
      near = Math.min(near, depth);
      far = Math.max(far, depth + toGround);
      min.minimizeInPlace(shadow);
      max.maximizeInPlace(shadow);
    }
  }
  return { near, far, min, max };
}
