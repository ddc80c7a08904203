/** Pictures as plain data. Rows run top to bottom, channels are interleaved. */

/** Straight (not premultiplied) sRGB colour with alpha; `data` is (height, width, 4). */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Values in 0..1; `data` is (height, width, channels). */
export interface FloatImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}
