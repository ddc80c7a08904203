/** What is called of `@babylonjs/core`; the Inspector's scenes are of the same copy. */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import { Constants } from "@babylonjs/core/Engines/constants.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import { EngineStore } from "@babylonjs/core/Engines/engineStore.js";
import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { LoadAssetContainerAsync, SceneLoader } from "@babylonjs/core/Loading/sceneLoader.js";
import { ImageProcessingConfiguration } from "@babylonjs/core/Materials/imageProcessingConfiguration.js";
import { HDRFiltering } from "@babylonjs/core/Materials/Textures/Filtering/hdrFiltering.js";
import { RawCubeTexture } from "@babylonjs/core/Materials/Textures/rawCubeTexture.js";
import { Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { RandomGUID } from "@babylonjs/core/Misc/guid.js";
import { CubeMapToSphericalPolynomialTools } from "@babylonjs/core/Misc/HighDynamicRange/cubemapToSphericalPolynomial.js";
import { Scene } from "@babylonjs/core/scene.js";
import { GLTFFileLoader } from "@babylonjs/loaders/glTF/glTFFileLoader.js";
import type { SceneBabylon } from "../../scene/babylon.ts";
// Picking, and the loader; Maquette's GLBs need no extension of it.
import "@babylonjs/core/Culling/ray.js";
import "@babylonjs/loaders/glTF/2.0/glTFLoader.js";

export const babylon: SceneBabylon = {
  Color4,
  Constants,
  CubeMapToSphericalPolynomialTools,
  DirectionalLight,
  Engine,
  EngineStore,
  FreeCamera,
  HDRFiltering,
  ImageProcessingConfiguration,
  LoadAssetContainerAsync: loadUnvalidated,
  Mesh,
  RandomGUID,
  RawCubeTexture,
  Scene,
  Vector3,
};

/**
 * While it is open, the Inspector has every glTF file validated, with a script from a CDN. What
 * Maquette writes is valid, and its loads are to ask for nothing from outside.
 */
async function loadUnvalidated(
  ...[source, scene, options]: Parameters<typeof LoadAssetContainerAsync>
): Promise<AssetContainer> {
  const { pluginOptions } = options ?? {};
  /** Tells the loader of this load from those of the game. */
  const extensionOptions = { ...pluginOptions?.gltf?.extensionOptions };
  // The newest observer is called last: after the Inspector's.
  const observer = SceneLoader.OnPluginActivatedObservable.add((loader) => {
    if (loader instanceof GLTFFileLoader && loader.extensionOptions === extensionOptions) {
      loader.validate = false;
    }
  });
  try {
    return await LoadAssetContainerAsync(source, scene, {
      ...options,
      pluginOptions: { ...pluginOptions, gltf: { ...pluginOptions?.gltf, extensionOptions } },
    });
  } finally {
    observer.remove();
  }
}
