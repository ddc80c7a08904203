/** GLB bytes -> one picture per view. */

import { LoadAssetContainerAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/EXT_texture_webp.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/KHR_materials_emissive_strength.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/KHR_materials_unlit.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/KHR_mesh_quantization.js";
import "@babylonjs/loaders/glTF/2.0/Extensions/KHR_texture_transform.js";
import "@babylonjs/loaders/glTF/2.0/glTFLoader.js";
import type { RenderRequest } from "../../../plugin/protocol/contact-sheet-page.ts";
import { encodeCanvas } from "./encode-canvas.ts";
import { paintGroundShadow } from "./ground-shadow.ts";
import { renderWhenReady } from "./render-when-ready.ts";
import { aim, type Studio, stageSubject } from "./studio.ts";
import { createSubject } from "./subject.ts";

/** Anti-aliasing: pictures are rendered this many times larger and scaled down. */
const SUPERSAMPLING = 2;

export async function renderViews(studio: Studio, request: RenderRequest): Promise<Uint8Array[]> {
  const { scene, engine, canvas } = studio;
  const container = await LoadAssetContainerAsync(request.glb, scene, { pluginExtension: ".glb" });
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
