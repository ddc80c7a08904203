/** The front renderer alone, beside a scene of a host. */
import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import { CORE_BABYLON } from "../../../editor-ui/scene/core-babylon.ts";
import { createFrontRenderer } from "../../../editor-ui/scene/front-renderer.ts";
import type { FrontViewPage } from "./front-view-page.ts";

declare global {
  var frontView: FrontViewPage;
}

const hostEngine = new NullEngine();
const hostScene = new CORE_BABYLON.Scene(hostEngine);
const renderer = createFrontRenderer(CORE_BABYLON);
const { EngineStore } = CORE_BABYLON;

globalThis.frontView = {
  async render(glb, sizePixels) {
    const picture = await renderer.render(glb, sizePixels);
    return { type: picture.type, bytes: new Uint8Array(await picture.arrayBuffer()) };
  },

  isHostUndisturbed: () =>
    EngineStore.LastCreatedEngine === hostEngine && EngineStore.LastCreatedScene === hostScene,

  counts() {
    const engine = EngineStore.Instances.find((other) => other !== hostEngine);
    const scenes = engine?._virtualScenes ?? [];
    return {
      engines: EngineStore.Instances.length,
      scenes: scenes.length,
      meshes: scenes.flatMap(({ meshes }) => meshes).length,
      materials: scenes.flatMap(({ materials }) => materials).length,
      geometries: scenes.flatMap(({ geometries }) => geometries).length,
      textures: engine?.getLoadedTexturesCache().length ?? 0,
      observers: engine?.onContextRestoredObservable.observers.length ?? 0,
    };
  },

  dispose: renderer.dispose,
};
