/** The part of Babylon that scenes of our own are made with; injected like the swapper's. */
import type { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import type { Constants } from "@babylonjs/core/Engines/constants.js";
import type { Engine } from "@babylonjs/core/Engines/engine.js";
import type { EngineStore } from "@babylonjs/core/Engines/engineStore.js";
import type { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import type { ImageProcessingConfiguration } from "@babylonjs/core/Materials/imageProcessingConfiguration.js";
import type { HDRFiltering } from "@babylonjs/core/Materials/Textures/Filtering/hdrFiltering.js";
import type { RawCubeTexture } from "@babylonjs/core/Materials/Textures/rawCubeTexture.js";
import type { Color4 } from "@babylonjs/core/Maths/math.color.js";
import type { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { CubeMapToSphericalPolynomialTools } from "@babylonjs/core/Misc/HighDynamicRange/cubemapToSphericalPolynomial.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Babylon } from "../swap/babylon.ts";

export interface LightBabylon {
  readonly Constants: typeof Constants;
  readonly CubeMapToSphericalPolynomialTools: typeof CubeMapToSphericalPolynomialTools;
  readonly DirectionalLight: typeof DirectionalLight;
  readonly HDRFiltering: typeof HDRFiltering;
  readonly ImageProcessingConfiguration: typeof ImageProcessingConfiguration;
  readonly RawCubeTexture: typeof RawCubeTexture;
  readonly Vector3: typeof Vector3;
}

export interface SceneBabylon extends Babylon, LightBabylon {
  readonly Color4: typeof Color4;
  readonly Engine: typeof Engine;
  readonly EngineStore: typeof EngineStore;
  readonly FreeCamera: typeof FreeCamera;
  readonly Scene: typeof Scene;
}
