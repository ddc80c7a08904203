/** What comes of trying to cut an object out. */
import type { RgbaImage } from "../core/image.ts";

/** The cut-out, or in a few words what stands in its way. */
export type CutAttempt = { readonly image: RgbaImage } | { readonly obstacle: string };

/** Objects outside these shares of the picture are an empty picture or a mere frame around one. */
export const MIN_OBJECT_SHARE = 2e-4;
export const MAX_OBJECT_SHARE = 0.97;

/** Alpha bytes up to this are as good as transparent. */
export const TRANSPARENT = 12;

/** Share, 0..1, of the pixels that are not transparent. */
export function visibleShare({ data }: RgbaImage): number {
  let visible = 0;
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] > TRANSPARENT) visible++;
  }
  return visible / (data.length / 4);
}
