/** What a volume renderer takes and gives, as plain data. Lengths are in the model's units. */
import type { RgbaImage } from "./image.ts";
import type { ViewConvention } from "./view-convention.ts";

export interface Rays {
  /** (N, 3). */
  readonly origins: Float32Array;
  /** (N, 3), of length 1. */
  readonly directions: Float32Array;
}

export interface RenderRequest {
  readonly rays: Rays;
  readonly march: Pick<ViewConvention, "marcher" | "samples" | "boxRadius">;
}

/** One value, or colour, per ray. */
export interface Rendering {
  /** (N, 3) sRGB multiplied by the opacity, not clamped. */
  readonly rgb: Float32Array;
  /** (N), 0..1. */
  readonly opacity: Float32Array;
  /**
   * (N): mean distance from the ray's origin, weighted by what is seen there. Rays that see nothing
   * have the largest distance at which any ray of the call is sampled.
   */
  readonly depth: Float32Array;
}

/** The rendering of a picture's rays. */
export interface RenderedView extends Rendering {
  readonly width: number;
  readonly height: number;
}

/**
 * (N, 3) sRGB of a rendering before a background of one grey level: 1 for VFusion3D and TripoSR,
 * the level of the picture's own backdrop for OpenLRM.
 */
export function overGrey({ rgb, opacity }: Rendering, grey: number): Float32Array {
  return rgb.map((value, i) => value + grey * (1 - opacity[Math.floor(i / 3)]));
}

/** What is behind the object in a picture of it. */
export const PICTURE_BACKGROUNDS = ["white", "transparent"] as const;

export type PictureBackground = (typeof PICTURE_BACKGROUNDS)[number];

/** A view as 8-bit pixels. */
export function pictureOf(view: RenderedView, background: PictureBackground): RgbaImage {
  const { width, height, rgb, opacity } = view;
  const isOpaque = background === "white";
  const data = new Uint8ClampedArray(4 * width * height); // rounds and clamps
  for (let n = 0; n < width * height; n++) {
    const alpha = opacity[n];
    for (let c = 0; c < 3; c++) {
      const value = rgb[3 * n + c];
      const colour = isOpaque ? value + 1 - alpha : alpha > 0 ? value / alpha : 0;
      data[4 * n + c] = 255 * colour;
    }
    data[4 * n + 3] = isOpaque ? 255 : 255 * alpha;
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}
