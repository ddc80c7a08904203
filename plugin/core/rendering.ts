/** What a volume renderer takes and gives, as plain data. Lengths are in the model's units. */
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
