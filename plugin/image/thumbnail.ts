import sharp from "sharp";
import { decodePicture } from "./decode.ts";

/** Longest side in pixels. */
const THUMBNAIL_SIDE = 256;

/**
 * The picture as a PNG of at most 256 pixels a side, upright, with its transparency.
 *
 * @throws InputError as `decodePicture` does: the same pictures are refused.
 */
export async function makeThumbnail(path: string): Promise<Uint8Array> {
  const { width, height, data } = (await decodePicture(path)).image;
  return await sharp(data, { raw: { width, height, channels: 4 } })
    .resize({
      width: THUMBNAIL_SIDE,
      height: THUMBNAIL_SIDE,
      fit: "inside",
      withoutEnlargement: true,
    })
    .png()
    .toBuffer();
}
