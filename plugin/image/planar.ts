import type { FloatImage } from "../core/image.ts";

/** (channels, height, width), as networks take pictures. */
export function planar({ width, height, channels, data }: FloatImage): Float32Array {
  const pixels = width * height;
  const tensor = new Float32Array(channels * pixels);
  for (let i = 0; i < tensor.length; i++) {
    tensor[i] = data[channels * (i % pixels) + Math.floor(i / pixels)];
  }
  return tensor;
}
