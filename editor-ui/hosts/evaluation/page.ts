/** The page that measures models; Node calls it by this one global. */

import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import { Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import type { Answer } from "../../../plugin/protocol/contact-sheet-page.ts";
import type { EncodeRequest, EvaluationPage } from "../../../plugin/protocol/evaluation-page.ts";
import { encodeCanvas } from "../contact-sheet/encode-canvas.ts";
import { readSurface } from "./read-surface.ts";
import { type Darkroom, renderAlbedo } from "./render-albedo.ts";

declare global {
  var maquetteEvaluation: EvaluationPage;
}

let darkroom: Darkroom | undefined;
let lastWork: Promise<unknown> = Promise.resolve();

globalThis.maquetteEvaluation = {
  readSurface: (glb) => answer((room) => readSurface(room.scene, glb)),
  renderAlbedo: (request) => answer((room) => renderAlbedo(room, request)),
  encodePng: (request) => answer(() => encodePng(request)),
};

/** One at a time: all work shares the scene. */
function answer<T>(work: (room: Darkroom) => Promise<T>): Promise<Answer<T>> {
  const outcome = lastWork.then(async (): Promise<Answer<T>> => {
    try {
      darkroom ??= createDarkroom(document.createElement("canvas"));
      return { value: await work(darkroom) };
    } catch (error) {
      return { refusal: error instanceof Error ? error.message : String(error) };
    }
  });
  lastWork = outcome;
  return outcome;
}

/** A scene without light: base colours come out as they are. */
function createDarkroom(canvas: HTMLCanvasElement): Darkroom {
  const engine = new Engine(canvas, false, {
    preserveDrawingBuffer: true,
    audioEngine: false,
    // By default Babylon.js takes a power of 2.2 for sRGB, which brightens dark colours.
    useExactSrgbConversions: true,
  });
  const scene = new Scene(engine);
  scene.useRightHandedSystem = true;
  scene.clearColor = new Color4(0, 0, 0, 0);
  const camera = new FreeCamera("camera", Vector3.Zero(), scene);
  return { canvas, engine, scene, camera };
}

async function encodePng({ width, height, rgba }: EncodeRequest): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("the browser offers no 2D canvas");
  context.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  return await encodeCanvas(canvas, "image/png");
}
