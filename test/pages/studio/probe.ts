/** Added to the studio's page by its tests. */
import type { Engine } from "@babylonjs/core/Engines/engine.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { MeshFacts, Point, StudioProbe } from "./studio-probe.ts";

declare global {
  var maquetteStudio: { readonly scene: Scene } | undefined;
  var studioProbe: StudioProbe;
}

const CALM_MS = 500;
/** Three frames of a display at 60 Hz. */
const SLOW_FRAME_MS = 50;

let drawn: number | undefined;

function canvas(): HTMLCanvasElement {
  const element = document.querySelector<HTMLCanvasElement>("#scene");
  if (!element) throw new Error("the page has no canvas");
  return element;
}

function openScene(): Scene {
  if (!globalThis.maquetteStudio) throw new Error("the page has no scene");
  return globalThis.maquetteStudio.scene;
}

function rootOf(mesh: AbstractMesh): AbstractMesh {
  return mesh.parent as AbstractMesh;
}

function factsOf(mesh: AbstractMesh): MeshFacts {
  // Where nothing is drawn, matrices stay those of the last frame.
  rootOf(mesh).computeWorldMatrix(true);
  mesh.computeWorldMatrix(true);
  const { minimumWorld, maximumWorld } = mesh.getBoundingInfo().boundingBox;
  const { x, y, z } = rootOf(mesh).position;
  return {
    uniqueId: mesh.uniqueId,
    name: mesh.name,
    vertices: mesh.getTotalVertices(),
    bounds: {
      min: [minimumWorld.x, minimumWorld.y, minimumWorld.z],
      max: [maximumWorld.x, maximumWorld.y, maximumWorld.z],
    },
    position: [x, y, z],
    metadata: { ...mesh.metadata },
  };
}

/** A pixel can be read only when it has been drawn. */
function waitForGpu(scene: Scene): void {
  const engine = scene.getEngine() as Engine;
  const gl = engine._gl;
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
}

globalThis.studioProbe = {
  meshes: () =>
    (globalThis.maquetteStudio?.scene.meshes ?? [])
      .filter(({ metadata }) => metadata?.maquette?.uuid !== undefined)
      .map(factsOf),

  async drawn() {
    await openScene().whenReadyAsync();
    openScene().render();
  },

  edit(uniqueId, position, metadata) {
    const mesh = openScene().getMeshByUniqueId(uniqueId);
    if (!mesh) throw new Error(`no mesh ${uniqueId}`);
    rootOf(mesh).position.set(...position);
    Object.assign(mesh.metadata, metadata);
  },

  seenAt([x, y, z]: Point) {
    const scene = openScene();
    scene.updateTransformMatrix(true);
    const m = scene.getTransformMatrix().asArray();
    const [clipX = 0, clipY = 0, , w = 1] = [0, 1, 2, 3].map((column) =>
      [x, y, z, 1].reduce((sum, value, row) => sum + value * (m[4 * row + column] ?? 0), 0),
    );
    const { clientWidth, clientHeight } = canvas();
    return { x: ((clipX / w + 1) / 2) * clientWidth, y: ((1 - clipY / w) / 2) * clientHeight };
  },

  groundAt({ x, y }) {
    const scene = openScene();
    const { origin, direction } = scene.createPickingRay(x, y, null, scene.activeCamera);
    const distance = -origin.y / direction.y;
    return [origin.x + distance * direction.x, 0, origin.z + distance * direction.z];
  },

  frames() {
    if (drawn === undefined) {
      drawn = 0;
      openScene().onAfterRenderObservable.add(() => {
        drawn = (drawn ?? 0) + 1;
      });
    }
    return drawn;
  },

  isIdle: () => openScene().getEngine().activeRenderLoops.length === 0,

  async displayFrames(count) {
    for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame);
  },

  elevation() {
    const direction = openScene().activeCamera?.getForwardRay().direction;
    return (Math.asin(-(direction?.y ?? 0)) * 180) / Math.PI;
  },

  dropFile(name, bytes) {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
    canvas().dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
  },

  calm: () =>
    new Promise((resolve) => {
      let since = performance.now();
      let last = since;
      const onFrame = (now: number): void => {
        if (now - last > SLOW_FRAME_MS) since = now;
        last = now;
        if (now - since > CALM_MS) resolve();
        else requestAnimationFrame(onFrame);
      };
      requestAnimationFrame(onFrame);
    }),

  nextSwap() {
    const scene = openScene();
    const mesh = scene.meshes.find(({ metadata }) => metadata?.maquette?.uuid !== undefined);
    if (!mesh) throw new Error("the scene has no mesh");
    const former = mesh.geometry;
    let frameStart = 0;
    const atStart = scene.onBeforeRenderObservable.add(() => {
      frameStart = performance.now();
    });
    return new Promise((resolve) => {
      const atEnd = scene.onAfterRenderObservable.add(() => {
        if (mesh.geometry === former || !mesh.isReady(true)) return;
        for (const observer of [atStart, atEnd]) observer.remove();
        waitForGpu(scene);
        const fetched = performance
          .getEntriesByType("resource")
          .filter(({ name }) => name.endsWith("/mesh.glb"))
          .at(-1) as PerformanceResourceTiming;
        performance.clearResourceTimings();
        resolve({
          fetchStart: performance.timeOrigin + fetched.startTime,
          fetchEnd: performance.timeOrigin + fetched.responseEnd,
          frameStart: performance.timeOrigin + frameStart,
          frameEnd: performance.timeOrigin + performance.now(),
        });
      });
    });
  },

  refuseWebGl() {
    HTMLCanvasElement.prototype.getContext = () => null;
  },
};
