/**
 * Pictures of meshes from the front, where the concept art was seen from. They are rendered by an
 * engine of its own on a canvas that is never shown: a host's scene, camera and frames have no part
 * in it.
 */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import type { Engine } from "@babylonjs/core/Engines/engine.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { disposeContainer, loadGlb } from "../swap/load.ts";
import type { SceneBabylon } from "./babylon.ts";
import { fitView } from "./fit-view.ts";
import { renderWhenReady } from "./render-when-ready.ts";
import { lightStudio } from "./studio-light.ts";

export interface FrontRenderer {
  /**
   * A PNG of `sizePixels` squared on a transparent ground, with a border of a tenth of it on each
   * side, as the cut-out object has in the model's input. Pictures are made one after another.
   *
   * @throws SwapError "unreadable" for bytes that are no GLB, Error when the browser has no WebGL or
   * the renderer has been disposed.
   */
  render(glb: Uint8Array, sizePixels: number): Promise<Blob>;
  /** Ends the engine; a picture that is being made fails. */
  dispose(): void;
}

/** About that of the pictures that the models learned from. */
const FOV_RAD = (40 * Math.PI) / 180;
/** Share of the picture that the longer side of the mesh takes. */
const FILL = 0.8;
/** Anti-aliasing: pictures are rendered this many times larger and scaled down. */
const SUPERSAMPLING = 2;
/** Slack of the depth range, as a share of the distance. */
const DEPTH_MARGIN = 0.01;

interface Darkroom {
  readonly engine: Engine;
  readonly scene: Scene;
  readonly camera: FreeCamera;
  readonly canvas: HTMLCanvasElement;
}

/** The engine starts with the first picture and is kept for the next ones. */
export function createFrontRenderer(babylon: SceneBabylon): FrontRenderer {
  let isDisposed = false;
  let darkroom: Promise<Darkroom> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const render = async (glb: Uint8Array, sizePixels: number): Promise<Blob> => {
    if (isDisposed) throw new Error("front view: its host was closed — open it again");
    darkroom ??= openDarkroom(babylon).catch((error) => {
      darkroom = undefined;
      throw error;
    });
    const { engine, scene, camera, canvas } = await darkroom;
    const container = await loadGlb(babylon, scene, glb, "front view");
    try {
      container.addAllToScene();
      engine.setSize(sizePixels * SUPERSAMPLING, sizePixels * SUPERSAMPLING);
      aim(camera, pointsOf(babylon, container));
      await renderWhenReady(scene);
      return await encode(canvas, sizePixels);
    } finally {
      disposeContainer(container);
    }
  };

  return {
    render(glb, sizePixels) {
      const picture = last.then(() => render(glb, sizePixels));
      // Whoever asked hears of a failure; the next picture only waits for the end.
      last = Promise.allSettled([picture]);
      return picture;
    },
    dispose() {
      isDisposed = true;
      darkroom?.then(
        ({ engine }) => engine.dispose(),
        () => undefined, // whoever asked for the picture was told
      );
    },
  };
}

async function openDarkroom(babylon: SceneBabylon): Promise<Darkroom> {
  const canvas = document.createElement("canvas");
  const engine = new babylon.Engine(canvas, false, {
    preserveDrawingBuffer: true,
    audioEngine: false,
  });
  // What does not name an engine or a scene goes on meaning the host's.
  const engines = babylon.EngineStore.Instances;
  engines.unshift(...engines.splice(engines.indexOf(engine), 1));
  try {
    const scene = new babylon.Scene(engine, { virtual: true });
    scene.useRightHandedSystem = true;
    scene.clearColor = new babylon.Color4(0, 0, 0, 0);
    const camera = new babylon.FreeCamera("front", babylon.Vector3.Zero(), scene);
    // Along -Z: right-handed scenes turn new cameras around.
    camera.rotation.y = 0;
    camera.fov = FOV_RAD;
    await lightStudio(babylon, scene);
    return { engine, scene, camera, canvas };
  } catch (error) {
    engine.dispose();
    throw error;
  }
}

function aim(camera: FreeCamera, points: readonly number[]): void {
  const slope = Math.tan(FOV_RAD / 2) * FILL;
  const { position, nearest, farthest } = fitView(points, { x: slope, y: slope });
  camera.position.set(...position);
  camera.minZ = nearest * (1 - DEPTH_MARGIN);
  camera.maxZ = farthest * (1 + DEPTH_MARGIN);
}

/** (N, 3) xyz of all vertices. */
function pointsOf({ Vector3 }: SceneBabylon, { meshes }: AssetContainer): number[] {
  const points: number[] = [];
  for (const mesh of meshes) {
    const world = mesh.computeWorldMatrix(true);
    const positions = mesh.getVerticesData("position") ?? [];
    for (let i = 0; i < positions.length; i += 3) {
      const { x, y, z } = Vector3.TransformCoordinates(Vector3.FromArray(positions, i), world);
      points.push(x, y, z);
    }
  }
  return points;
}

async function encode(source: HTMLCanvasElement, sizePixels: number): Promise<Blob> {
  const picture = new OffscreenCanvas(sizePixels, sizePixels);
  const context = picture.getContext("2d");
  if (context === null) throw new Error("the browser offers no 2D canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, sizePixels, sizePixels);
  return await picture.convertToBlob({ type: "image/png" });
}
