/** GLB bytes -> one picture per view. */

import type { RenderRequest } from "../../../plugin/protocol/contact-sheet-page.ts";
import { renderWhenReady } from "../../scene/render-when-ready.ts";
import { encodeCanvas } from "./encode-canvas.ts";
import { paintGroundShadow } from "./ground-shadow.ts";
import { loadGlb } from "./load-glb.ts";
import { aim, type Studio, stageSubject } from "./studio.ts";
import { createSubject } from "./subject.ts";

/** Anti-aliasing: pictures are rendered this many times larger and scaled down. */
const SUPERSAMPLING = 2;

export async function renderViews(studio: Studio, request: RenderRequest): Promise<Uint8Array[]> {
  const { scene, engine, canvas } = studio;
  const container = await loadGlb(request.glb, scene);
  try {
    const subject = createSubject(container);
    container.addAllToScene();
    stageSubject(studio, subject);
    engine.setSize(request.size * SUPERSAMPLING, request.size * SUPERSAMPLING);
    if (request.groundShadow) await paintGroundShadow(studio.groundShadow, scene, canvas);
    const pictures: Uint8Array[] = [];
    for (const view of request.views) {
      aim(studio, view, request.views, subject, request.fill);
      await renderWhenReady(scene);
      pictures.push(await takePicture(canvas, request));
    }
    return pictures;
  } finally {
    container.dispose();
  }
}

async function takePicture(
  canvas: HTMLCanvasElement,
  { size, format, backdrop }: RenderRequest,
): Promise<Uint8Array> {
  const picture = new OffscreenCanvas(size, size);
  const context = picture.getContext("2d");
  if (context === null) throw new Error("the browser offers no 2D canvas");
  if (backdrop !== undefined) {
    context.fillStyle = backdrop;
    context.fillRect(0, 0, size, size);
  }
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, size, size);
  return await encodeCanvas(picture, format);
}
