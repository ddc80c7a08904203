/**
 * What stands out in a picture, as ISNet ("Highly Accurate Dichotomous Image Segmentation", 2022)
 * sees it. The picture goes to the network and its answer comes back as the `rembg` program has it,
 * byte for byte.
 */
import type { RgbaImage } from "../core/image.ts";
import { MATTE_SIZE, type Segment } from "../core/matte-network.ts";
import { type ByteImage, resizeLanczos } from "./resample.ts";

/** (height, width, 1): 255 where the picture's object is, 0 where it is not. Alpha is ignored. */
export async function salientMask(picture: RgbaImage, segment: Segment): Promise<ByteImage> {
  const small = resizeLanczos(withoutAlpha(picture), MATTE_SIZE, MATTE_SIZE);
  const salience = await segment(networkInput(small));
  return resizeLanczos(maskOf(salience), picture.width, picture.height);
}

function withoutAlpha({ width, height, data: src }: RgbaImage): ByteImage {
  const data = new Uint8Array(width * height * 3);
  for (let p = 0; p < width * height; p++) {
    for (let c = 0; c < 3; c++) data[3 * p + c] = src[4 * p + c];
  }
  return { width, height, channels: 3, data };
}

/** Planar; divided by the picture's own brightest value, not by 255. */
function networkInput({ data }: ByteImage): Float32Array {
  let brightest = 1e-6;
  for (const value of data) brightest = Math.max(brightest, value);
  const pixels = MATTE_SIZE ** 2;
  const input = new Float32Array(3 * pixels);
  for (let c = 0; c < 3; c++) {
    for (let p = 0; p < pixels; p++) input[c * pixels + p] = data[3 * p + c] / brightest - 0.5;
  }
  return input;
}

/** Stretched to 0..255 in f32 and cut to bytes; all 0 when nothing stands out. */
function maskOf(salience: Float32Array): ByteImage {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of salience) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const range = Math.fround(high - low);
  const data = new Uint8Array(salience.length);
  for (let p = 0; p < data.length; p++) {
    data[p] = Math.trunc(Math.fround(255 * Math.fround(Math.fround(salience[p] - low) / range)));
  }
  return { width: MATTE_SIZE, height: MATTE_SIZE, channels: 1, data };
}
