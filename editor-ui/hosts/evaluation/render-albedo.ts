/** GLB bytes -> pictures of its base colour, without light, from given cameras. */

import type { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import type { Engine } from "@babylonjs/core/Engines/engine.js";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial.js";
import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { AlbedoRequest } from "../../../plugin/protocol/evaluation-page.ts";
import { renderWhenReady } from "../../scene/render-when-ready.ts";
import { viewDirection } from "../contact-sheet/framing.ts";
import { loadGlb } from "../contact-sheet/load-glb.ts";

export interface Darkroom {
  readonly canvas: HTMLCanvasElement;
  readonly engine: Engine;
  readonly scene: Scene;
  readonly camera: FreeCamera;
}

/** Anti-aliasing: pictures are rendered this many times larger and scaled down. */
const SUPERSAMPLING = 2;
/** Of the camera's distance: the nearest and farthest that is drawn. */
const DEPTH_RANGE = { near: 0.01, far: 10 };

export async function renderAlbedo(
  { canvas, engine, scene, camera }: Darkroom,
  request: AlbedoRequest,
): Promise<Uint8Array[]> {
  const { placement, views, distance, fieldOfView, size } = request;
  const container = await loadGlb(request.glb, scene);
  try {
    for (const material of container.materials) {
      if (material instanceof PBRMaterial) showBaseColour(material);
    }
    const root = container.createRootMesh();
    root.scaling.setAll(placement.scale);
    root.position = Vector3.FromArray(placement.centre).scale(-placement.scale);
    container.addAllToScene();

    engine.setSize(size * SUPERSAMPLING, size * SUPERSAMPLING);
    camera.fov = fieldOfView;
    camera.minZ = distance * DEPTH_RANGE.near;
    camera.maxZ = distance * DEPTH_RANGE.far;
    const pictures: Uint8Array[] = [];
    for (const view of views) {
      camera.position = viewDirection(view).scale(distance);
      camera.setTarget(Vector3.Zero());
      await renderWhenReady(scene);
      pictures.push(readPixels(canvas, request));
    }
    return pictures;
  } finally {
    container.dispose();
  }
}

function showBaseColour(material: PBRMaterial): void {
  material.unlit = true;
  material.emissiveColor = Color3.Black();
  material.emissiveTexture = null;
}

function readPixels(canvas: HTMLCanvasElement, { size, backdrop }: AlbedoRequest): Uint8Array {
  const picture = new OffscreenCanvas(size, size);
  const context = picture.getContext("2d");
  if (context === null) throw new Error("the browser offers no 2D canvas");
  if (backdrop === "white") {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, size, size);
  }
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, size, size);
  return new Uint8Array(context.getImageData(0, 0, size, size).data.buffer);
}
