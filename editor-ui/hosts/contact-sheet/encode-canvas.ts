import type { PictureFormat } from "../../../plugin/protocol/contact-sheet-page.ts";

const WEBP_QUALITY = 0.86;

/** The canvas's pixels as a picture file. */
export async function encodeCanvas(
  canvas: OffscreenCanvas,
  format: PictureFormat,
): Promise<Uint8Array> {
  const blob = await canvas.convertToBlob({ type: format, quality: WEBP_QUALITY });
  return new Uint8Array(await blob.arrayBuffer());
}
