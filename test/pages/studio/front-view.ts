/** The front renderer alone, beside a scene of a host. */
import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import { BABYLON } from "../../../editor-ui/hosts/studio/babylon.ts";
import { createFrontRenderer } from "../../../editor-ui/scene/front-renderer.ts";
import type { FrontViewPage } from "./front-view-page.ts";

declare global {
  var frontView: FrontViewPage;
}

const hostEngine = new NullEngine();
const hostScene = new BABYLON.Scene(hostEngine);
const renderer = createFrontRenderer(BABYLON);
const { EngineStore } = BABYLON;

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
