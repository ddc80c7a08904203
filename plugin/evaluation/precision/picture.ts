import type { RgbaImage } from "../../core/image.ts";
import type { PictureConvention } from "../../core/picture-convention.ts";
import { decodePicture } from "../../image/decode.ts";
import { cutOut } from "../../image/matte.ts";
import { toNetworkInput } from "../../image/network-input.ts";

/**
 * A network's input (1, 3, S, S) from a picture file, or a drawn ball when there is none.
 *
 * @throws InputError for the picture's faults.
 */
export async function benchPicture(
  path: string | undefined,
  convention: PictureConvention,
): Promise<Float32Array> {
  const object = path === undefined ? shadedBall() : await objectIn(path);
  return toNetworkInput(object, convention).tensor;
}

async function objectIn(path: string): Promise<RgbaImage> {
  const { image } = await decodePicture(path);
  const matte = await cutOut(image, path, { choice: "auto", segment: undefined });
  return matte.image;
}

const SIDE = 256;

/** Red, lit from the upper left. */
function shadedBall(): RgbaImage {
  const data = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const x = (2 * (column + 0.5)) / SIDE - 1;
      const y = (2 * (row + 0.5)) / SIDE - 1;
      const towards = 1 - x * x - y * y;
      if (towards <= 0) continue;
      const light = Math.max(0, (Math.sqrt(towards) - x - y) / Math.sqrt(3));
      data.set(
        [80 + 160 * light, 30 + 60 * light, 30 + 40 * light, 255],
        4 * (row * SIDE + column),
      );
    }
  }
  return { width: SIDE, height: SIDE, data: new Uint8Array(data.buffer) };
}
