/**
 * Frames only where something changes: while a mesh is generated the machine is the model's, and a
 * page that stands still should not warm it.
 */
import type { Scene } from "@babylonjs/core/scene.js";

/** For what goes on after its cause: a camera that coasts, a texture that is uploaded. */
const AFTERGLOW_MS = 400;

export interface Frames {
  /** Draws for a moment from now on. */
  request(): void;
}

/**
 * Draws `scene` when asked to, when its canvas is used or resized, and until it is complete; in
 * between, the page is not even asked whether there is something to draw.
 */
export function drawOnDemand(scene: Scene, canvas: HTMLCanvasElement): Frames {
  const engine = scene.getEngine();
  let until = 0;
  const draw = (): void => {
    const wasComplete = scene.isReady();
    scene.render();
    // What became complete in a frame is drawn by the next one, however long the frame took.
    if (wasComplete && performance.now() >= until) engine.stopRenderLoop(draw);
  };
  const request = (): void => {
    until = performance.now() + AFTERGLOW_MS;
    engine.runRenderLoop(draw);
  };
  for (const type of ["pointerdown", "pointermove", "pointerup", "wheel", "keydown", "keyup"]) {
    canvas.addEventListener(type, request, { passive: true });
  }
  scene.activeCamera?.onViewMatrixChangedObservable.add(request);
  new ResizeObserver(() => {
    engine.resize();
    // A canvas that was resized is empty until it is drawn.
    scene.render();
    request();
  }).observe(canvas);
  request();
  return { request };
}
