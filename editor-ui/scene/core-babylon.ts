/** What hosts of `@babylonjs/core` inject: precise imports, so that bundles leave out the rest. */
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
// Picking, and the loader; Maquette's GLBs need no extension of it.
import "@babylonjs/core/Culling/ray.js";
import "@babylonjs/loaders/glTF/2.0/glTFLoader.js";
import type { SceneBabylon } from "./babylon.ts";

export const CORE_BABYLON: SceneBabylon = {
  Color4,
  Constants,
  CubeMapToSphericalPolynomialTools,
  DirectionalLight,
  Engine,
  EngineStore,
  FreeCamera,
  HDRFiltering,
  ImageProcessingConfiguration,
  LoadAssetContainerAsync,
  Mesh,
  RandomGUID,
  RawCubeTexture,
  Scene,
  SceneLoader,
  Vector3,
};
