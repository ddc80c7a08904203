/** Gives a GLB that takes another's place what the Editor's import would have given it. */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture.js";
import type { Texture } from "@babylonjs/core/Materials/Textures/texture.js";
import { RandomGUID } from "babylonjs";
import {
  configureEmbeddedTexture,
  configureImportedMaterial,
  configureImportedNodeIds,
  configureImportedTexture,
  UniqueNumber,
} from "babylonjs-editor";
import { padColours } from "./vertex-colours.ts";

/**
 * Ids that are unlike any in the project, because the Editor names a saved scene's files after
 * them, and textures as files beside the mesh, because a saved scene keeps no embedded ones. Not
 * the Editor's scale: what is replaced has it already.
 *
 * @param meshPath Of the GLB; absolute, with forward slashes.
 */
export async function prepareAsImport(container: AssetContainer, meshPath: string): Promise<void> {
  for (const node of [...container.meshes, ...container.transformNodes]) {
    configureImportedNodeIds(node);
  }
  for (const mesh of container.meshes) mesh.receiveShadows = true;
  for (const geometry of container.geometries) {
    geometry.id = RandomGUID();
    geometry.uniqueId = UniqueNumber.Get();
    padColours(geometry);
  }
  for (const material of container.materials) configureImportedMaterial(material);
  const textures = container.textures.filter(isFileTexture);
  await Promise.all(
    textures.map((texture) =>
      configureEmbeddedTexture(configureImportedTexture(texture), meshPath),
    ),
  );
}

function isFileTexture(texture: BaseTexture): texture is Texture {
  return texture.getClassName() === "Texture";
}
