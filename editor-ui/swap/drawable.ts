/**
 * Nothing is drawn of a mesh while its shader is being compiled, which graphics drivers do beside
 * the frames. So shaders for new meshes are made while the former ones are still shown.
 */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type { Material } from "@babylonjs/core/Materials/material.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { Babylon } from "./babylon.ts";
import { hasGeometry, soleMesh } from "./load.ts";
import { isFrom } from "./material.ts";

/** Drivers take up to seconds for a large shader; one that fails is never ready. */
const PATIENCE_MS = 5000;
/** About a frame. */
const POLL_MS = 16;

export interface DrawableOptions {
  /** The meshes that the container's will take the place of. */
  readonly former: readonly AbstractMesh[];
  readonly uuid: string;
  /** Whether to wait no longer. */
  readonly isOver: () => boolean;
}

/**
 * Resolves when the container's meshes can be drawn as they will be shown, or after five seconds.
 * Does not wait for what is not drawn now either. Babylon keeps an unused shader until the end of
 * the next frame.
 */
export async function untilDrawable(
  babylon: Babylon,
  container: AssetContainer,
  { former, uuid, isOver }: DrawableOptions,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  const isEnough = () => isOver() || performance.now() > deadline;
  const isSole = soleMesh(babylon, container) !== undefined;
  const drawn = former.filter((mesh) => hasGeometry(mesh) && mesh.isReady(true));
  const meshes = container.meshes.filter((mesh) => mesh instanceof babylon.Mesh);
  for (const mesh of meshes.filter(hasGeometry)) {
    const { material: own, receiveShadows } = mesh;
    for (const model of drawn) {
      for (const material of materialsToShow(own, model, isSole, uuid)) {
        mesh.material = material;
        mesh.receiveShadows = model.receiveShadows;
        await untilReady(mesh, isInstanced(model), isEnough);
      }
    }
    mesh.material = own;
    mesh.receiveShadows = receiveShadows;
  }
}

/** As `replaceContent` chooses; an asset's material gets the textures, and so the shader, of `own`. */
function materialsToShow(
  own: Material | null,
  { material }: AbstractMesh,
  isSole: boolean,
  uuid: string,
): Material[] {
  const isKept = isSole || material?.name === own?.name;
  const isOwnShown = !isSole || isFrom(material, uuid);
  return [isOwnShown ? own : null, isKept ? material : null].filter((shown) => shown !== null);
}

/** Whether the graphics card draws the instances, with shaders of their own. */
function isInstanced(model: AbstractMesh): boolean {
  const { instancedArrays } = model.getEngine().getCaps();
  return instancedArrays && (model.hasInstances || model.hasThinInstances);
}

async function untilReady(mesh: Mesh, asInstanced: boolean, isEnough: () => boolean) {
  while (!isEnough() && !mesh.isReady(true, asInstanced)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
