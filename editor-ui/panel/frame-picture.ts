/** Pictures redrawn so that their subjects stand in the same place. */
import { findSubject, placeSubject } from "./find-subject.ts";

/** Longest side on which the subject is looked for. */
const SEARCH_PIXELS = 160;

/** Share of the frame that the subject's longest side fills. */
const FILL = 0.86;

/**
 * The picture in a square, its subject centred and as large as any other's.
 *
 * @throws DOMException when the browser cannot show the picture.
 */
export async function framePicture(picture: Blob, sizePixels: number): Promise<Blob> {
  const url = URL.createObjectURL(picture);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await drawFramed(image, sizePixels);
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function drawFramed(image: HTMLImageElement, sizePixels: number): Promise<Blob> {
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width === 0 || height === 0) {
    throw new DOMException("an SVG without a size of its own", "InvalidStateError");
  }
  const shrink = Math.min(1, SEARCH_PIXELS / Math.max(width, height));
  const search = canvasOf(
    Math.max(1, Math.round(width * shrink)),
    Math.max(1, Math.round(height * shrink)),
  );
  search.drawImage(image, 0, 0, search.canvas.width, search.canvas.height);
  const { data } = search.getImageData(0, 0, search.canvas.width, search.canvas.height);
  const { box, backdrop } = findSubject(data, search.canvas.width, search.canvas.height);

  const frame = canvasOf(sizePixels, sizePixels);
  if (backdrop !== undefined) {
    frame.fillStyle = `rgb(${backdrop.join(" ")})`;
    frame.fillRect(0, 0, sizePixels, sizePixels);
  }
  const { scale, x, y } = placeSubject(box, sizePixels, FILL);
  frame.imageSmoothingQuality = "high";
  frame.drawImage(image, x, y, search.canvas.width * scale, search.canvas.height * scale);
  return await frame.canvas.convertToBlob();
}

function canvasOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (context === null) throw new Error("browser: no 2D canvas — close other tabs and try again");
  return context;
}
