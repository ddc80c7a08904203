/**
 * A photographer's studio computed in code: bright ceiling, grey walls, two soft boxes. PBR
 * materials need an environment to reflect, and files or a CDN are not at hand here.
 */

import { Constants } from "@babylonjs/core/Engines/constants.js";
import type { Engine } from "@babylonjs/core/Engines/engine.js";
import { HDRFiltering } from "@babylonjs/core/Materials/Textures/Filtering/hdrFiltering.js";
import { RawCubeTexture } from "@babylonjs/core/Materials/Textures/rawCubeTexture.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CubeMapToSphericalPolynomialTools } from "@babylonjs/core/Misc/HighDynamicRange/cubemapToSphericalPolynomial.js";
import type { Scene } from "@babylonjs/core/scene.js";

const FACE_SIZE = 64;

interface SoftBox {
  readonly direction: Vector3;
  /** Cosines of the angles at which the box ends and at which it is fully bright. */
  readonly outerCosine: number;
  readonly innerCosine: number;
  readonly radiance: number;
}

const SOFT_BOXES: readonly SoftBox[] = [
  {
    direction: new Vector3(-0.62, 0.58, 0.53).normalize(),
    outerCosine: 0.78,
    innerCosine: 0.9,
    radiance: 3.2,
  },
  {
    direction: new Vector3(0.85, 0.3, -0.42).normalize(),
    outerCosine: 0.82,
    innerCosine: 0.92,
    radiance: 2.2,
  },
];

/** Lights `scene` by the studio. */
export async function addStudioEnvironment(engine: Engine, scene: Scene): Promise<void> {
  // A texel's `u` and `v` run from -1 to 1, rightwards and downwards.
  const right = paintFace((u, v) => new Vector3(1, -v, -u));
  const left = paintFace((u, v) => new Vector3(-1, -v, u));
  const up = paintFace((u, v) => new Vector3(u, 1, v));
  const down = paintFace((u, v) => new Vector3(u, -1, -v));
  const front = paintFace((u, v) => new Vector3(u, -v, 1));
  const back = paintFace((u, v) => new Vector3(-u, -v, -1));
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
  await new HDRFiltering(engine).prefilter(texture);
  scene.environmentTexture = texture;
}

/** (FACE_SIZE, FACE_SIZE, 4) linear radiance. */
function paintFace(direction: (u: number, v: number) => Vector3): Float32Array {
  const texels = new Float32Array(FACE_SIZE * FACE_SIZE * 4);
  for (let row = 0; row < FACE_SIZE; row++) {
    for (let column = 0; column < FACE_SIZE; column++) {
      const u = ((column + 0.5) / FACE_SIZE) * 2 - 1;
      const v = ((row + 0.5) / FACE_SIZE) * 2 - 1;
      const radiance = studioRadiance(direction(u, v).normalize());
      const texel = (row * FACE_SIZE + column) * 4;
      texels.set([radiance, radiance, radiance, 1], texel);
    }
  }
  return texels;
}

function studioRadiance(direction: Vector3): number {
  const ceiling = smoothStep(-0.3, 0.9, direction.y);
  let radiance = 0.32 + 0.62 * ceiling;
  for (const box of SOFT_BOXES) {
    const cosine = Vector3.Dot(direction, box.direction);
    radiance += box.radiance * smoothStep(box.outerCosine, box.innerCosine, cosine);
  }
  return radiance;
}

function smoothStep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
