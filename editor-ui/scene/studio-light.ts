/**
 * A photographer's studio computed in code: bright ceiling, grey walls, two soft boxes. PBR
 * materials need an environment to reflect, and files or a CDN are not at hand here.
 */

import type { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import type { RawCubeTexture } from "@babylonjs/core/Materials/Textures/rawCubeTexture.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { LightBabylon } from "./babylon.ts";

type Direction = readonly [x: number, y: number, z: number];

const FACE_SIZE = 64;

/** The light falls over the shoulder of a camera that looks along -Z. */
const KEY_DIRECTION: Direction = [0.5, -1, -0.55];
const KEY_INTENSITY = 2.6;
const ENVIRONMENT_INTENSITY = 0.8;

interface SoftBox {
  readonly direction: Direction;
  /** Cosines of the angles at which the box ends and at which it is fully bright. */
  readonly outerCosine: number;
  readonly innerCosine: number;
  readonly radiance: number;
}

const SOFT_BOXES: readonly SoftBox[] = [
  {
    direction: normalise([-0.62, 0.58, 0.53]),
    outerCosine: 0.78,
    innerCosine: 0.9,
    radiance: 3.2,
  },
  {
    direction: normalise([0.85, 0.3, -0.42]),
    outerCosine: 0.82,
    innerCosine: 0.92,
    radiance: 2.2,
  },
];

/**
 * Lights a right-handed scene by the studio and sets its tone mapping.
 *
 * @returns the key light, which may cast shadows.
 */
export async function lightStudio(babylon: LightBabylon, scene: Scene): Promise<DirectionalLight> {
  const { imageProcessingConfiguration } = scene;
  imageProcessingConfiguration.toneMappingEnabled = true;
  imageProcessingConfiguration.toneMappingType =
    babylon.ImageProcessingConfiguration.TONEMAPPING_KHR_PBR_NEUTRAL;
  const key = new babylon.DirectionalLight("key", new babylon.Vector3(...KEY_DIRECTION), scene);
  key.intensity = KEY_INTENSITY;
  scene.environmentTexture = await createEnvironment(babylon, scene);
  scene.environmentIntensity = ENVIRONMENT_INTENSITY;
  return key;
}

async function createEnvironment(
  { Constants, CubeMapToSphericalPolynomialTools, HDRFiltering, RawCubeTexture }: LightBabylon,
  scene: Scene,
): Promise<RawCubeTexture> {
  // A texel's `u` and `v` run from -1 to 1, rightwards and downwards.
  const right = paintFace((u, v) => [1, -v, -u]);
  const left = paintFace((u, v) => [-1, -v, u]);
  const up = paintFace((u, v) => [u, 1, v]);
  const down = paintFace((u, v) => [u, -1, -v]);
  const front = paintFace((u, v) => [u, -v, 1]);
  const back = paintFace((u, v) => [-u, -v, -1]);
  const size = FACE_SIZE;
  const format = Constants.TEXTUREFORMAT_RGBA;
  const type = Constants.TEXTURETYPE_FLOAT;
  const texture = new RawCubeTexture(
    scene,
    [right, left, up, down, front, back],
    size,
    format,
    type,
    true,
    false,
    Constants.TEXTURE_TRILINEAR_SAMPLINGMODE,
  );
  texture.gammaSpace = false;
  texture.sphericalPolynomial =
    CubeMapToSphericalPolynomialTools.ConvertCubeMapToSphericalPolynomial({
      ...{ size, format, type, gammaSpace: false },
      ...{ right, left, up, down, front, back },
    });
  await new HDRFiltering(scene.getEngine()).prefilter(texture);
  return texture;
}

/** (FACE_SIZE, FACE_SIZE, 4) linear radiance. */
function paintFace(direction: (u: number, v: number) => Direction): Float32Array {
  const texels = new Float32Array(FACE_SIZE * FACE_SIZE * 4);
  for (let row = 0; row < FACE_SIZE; row++) {
    for (let column = 0; column < FACE_SIZE; column++) {
      const u = ((column + 0.5) / FACE_SIZE) * 2 - 1;
      const v = ((row + 0.5) / FACE_SIZE) * 2 - 1;
      const radiance = studioRadiance(normalise(direction(u, v)));
      const texel = (row * FACE_SIZE + column) * 4;
      texels.set([radiance, radiance, radiance, 1], texel);
    }
  }
  return texels;
}

function studioRadiance(direction: Direction): number {
  const ceiling = smoothStep(-0.3, 0.9, direction[1]);
  let radiance = 0.32 + 0.62 * ceiling;
  for (const box of SOFT_BOXES) {
    const cosine = dot(direction, box.direction);
    radiance += box.radiance * smoothStep(box.outerCosine, box.innerCosine, cosine);
  }
  return radiance;
}

function smoothStep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

function normalise([x, y, z]: Direction): Direction {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function dot(a: Direction, b: Direction): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
