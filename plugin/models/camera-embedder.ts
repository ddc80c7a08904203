import type { Affine } from "../graph/layers.ts";
import { project, silu } from "../graph/layers.ts";
import type { Tensor } from "../graph/tensor.ts";

export interface CameraEmbedderWeights {
  /** Weight (M, 16). */
  readonly first: Affine;
  /** Weight (M, M). */
  readonly second: Affine;
}

/**
 * The camera as a conditioning vector (1, M). `camera` (1, 16) holds the rows of the 3 x 4
 * camera-to-world matrix, then fx, fy, cx, cy as shares of the picture's size.
 */
export function embedCamera(camera: Tensor, { first, second }: CameraEmbedderWeights): Tensor {
  return project(silu(project(camera, first)), second);
}
