/** GLB bytes -> what Babylon.js makes of them, with the extensions that need no download. */

import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import { LoadAssetContainerAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import type { Scene } from "@babylonjs/core/scene.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/EXT_texture_webp.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/KHR_materials_emissive_strength.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/KHR_materials_unlit.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/KHR_mesh_quantization.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/KHR_texture_transform.js";
import "@babylonjs/loaders/glTF/2.0/glTFLoader.js";

/** @throws when the bytes are no GLB, or one that needs what is not at hand. */
export function loadGlb(glb: Uint8Array, scene: Scene): Promise<AssetContainer> {
  return LoadAssetContainerAsync(glb, scene, { pluginExtension: ".glb" });
}
