import { fileURLToPath } from "node:url";
import { openCheckpoint } from "../../plugin/models/checkpoint/open.ts";

const GOLDEN = fileURLToPath(new URL("../golden/maquette-tiny.safetensors", import.meta.url));

/** One picture's way through the embedded model, by an independent PyTorch run on f32 weights. */
export interface Golden {
  /** (1, 3, 168, 168), 0..1 */
  readonly image: Float32Array;
  /** (1, 145, 192) */
  readonly imageTokens: Float32Array;
  /** (1, 3, 32, 24, 24) */
  readonly planes: Float32Array;
  /** (256, 3) in [-1, 1] */
  readonly points: Float32Array;
  /** (256) */
  readonly rawDensity: Float32Array;
  /** (256, 3) */
  readonly colours: Float32Array;
}

export async function loadGolden(): Promise<Golden> {
  const file = await openCheckpoint(GOLDEN);
  try {
    return {
      image: await file.read("image"),
      imageTokens: await file.read("image_feats"),
      planes: await file.read("planes"),
      points: await file.read("points"),
      rawDensity: await file.read("sigma_raw"),
      colours: await file.read("rgb"),
    };
  } finally {
    await file.close();
  }
}

/** |actual - expected| / |expected|, both in the Euclidean norm. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}
