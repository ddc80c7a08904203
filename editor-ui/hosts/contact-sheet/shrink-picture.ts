/** A concept picture in any format the browser reads -> a WebP small enough to embed. */

import type { ShrinkRequest } from "../../../plugin/protocol/contact-sheet-page.ts";
import { encodeCanvas } from "./encode-canvas.ts";

export async function shrinkPicture(request: ShrinkRequest): Promise<Uint8Array> {
  const { picture, type, longestSide } = request;
  const url = URL.createObjectURL(new Blob([new Uint8Array(picture)], { type }));
  try {
    const image = await load(url);
    const width = image.naturalWidth;
    const height = image.naturalHeight;
    const scale = Math.min(1, longestSide / Math.max(width, height));
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(width * scale)),
      Math.max(1, Math.round(height * scale)),
    );
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("the browser offers no 2D canvas");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await encodeCanvas(canvas, "image/webp");
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** An image element, because `createImageBitmap` refuses SVG. */
async function load(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch (cause) {
    throw new Error("the browser cannot show a picture of this format", { cause });
  }
  return image;
}
