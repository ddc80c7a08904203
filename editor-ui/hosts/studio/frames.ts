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

/** Draws `scene` when asked to, when its canvas is used or resized, and until it is complete. */
export function drawOnDemand(scene: Scene, canvas: HTMLCanvasElement): Frames {
  const engine = scene.getEngine();
  let until = 0;
  let isDue = true;
  const request = (): void => {
    isDue = true;
    until = performance.now() + AFTERGLOW_MS;
  };
  for (const type of ["pointerdown", "pointermove", "pointerup", "wheel", "keydown", "keyup"]) {
    canvas.addEventListener(type, request, { passive: true });
  }
  scene.onActiveCameraChanged.add(request);
  scene.activeCamera?.onViewMatrixChangedObservable.add(request);
  new ResizeObserver(() => {
    engine.resize();
    // A canvas that was resized is empty until it is drawn.
    scene.render();
    request();
  }).observe(canvas);
  engine.runRenderLoop(() => {
    const isComplete = scene.isReady();
    if (!isDue && isComplete && performance.now() >= until) return;
    // A frame of an incomplete scene is followed by another, however long it took.
    isDue = !isComplete;
    scene.render();
  });
  request();
  return { request };
}
