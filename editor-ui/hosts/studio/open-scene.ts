/** The scene of the page: viewport, light, ground, and the project's meshes kept up to date in it. */
import { Engine } from "@babylonjs/core/Engines/engine.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { Scene } from "@babylonjs/core/scene.js";
import type { Asset } from "../../../plugin/protocol/service.ts";
import { createLiveScene } from "../../client/live-scene.ts";
import type { ServiceClient } from "../../client/service-client.ts";
import type { HostBridge } from "../../panel/host-bridge.ts";
import { CORE_BABYLON as babylon } from "../../scene/core-babylon.ts";
import { acceptDrops } from "../../scene/drop-target.ts";
import { createFrontRenderer } from "../../scene/front-renderer.ts";
import { lightStudio } from "../../scene/studio-light.ts";
import { messageOf } from "../../swap/message-of.ts";
import { observe } from "../../swap/observe.ts";
import type { PlaceOptions } from "../../swap/swapper.ts";
import { createCamera } from "./camera.ts";
import { drawOnDemand } from "./frames.ts";
import { createGrid } from "./grid.ts";
import { openLayout } from "./layout.ts";
import { createPlacement } from "./placement.ts";
import { restoreLayout } from "./restore-layout.ts";
import { assetOf, boxOf, contentOf, removeFromScene, rootOf } from "./scene-content.ts";
import { createSelection } from "./selection.ts";
import { createShadows } from "./shadows.ts";
import type { StatusStore } from "./status.ts";
import { followTheme } from "./theme.ts";

/** Of a side; more are not seen, and cost. */
const MOST_PIXELS_PER_CSS_PIXEL = 2;

export interface StudioScene {
  readonly scene: Scene;
  readonly host: HostBridge;
}

/** @throws when the browser has no WebGL. */
export async function openScene(
  canvas: HTMLCanvasElement,
  client: ServiceClient,
  status: StatusStore,
): Promise<StudioScene> {
  const tell = (error: unknown): void => status.update({ problem: messageOf(error) });
  const engine = new Engine(canvas, true, {
    audioEngine: false,
    stencil: true,
    adaptToDeviceRatio: true,
    limitDeviceRatio: MOST_PIXELS_PER_CSS_PIXEL,
  });
  engine.onContextLostObservable.add(() => {
    status.update({ sceneProblem: "The graphics device was lost. Reload the page." });
  });
  const scene = new Scene(engine);
  scene.useRightHandedSystem = true;
  const viewer = createCamera(scene, canvas);
  const key = await lightStudio(babylon, scene);
  const frames = drawOnDemand(scene, canvas);
  const grid = createGrid(scene, viewer.camera, (gridSpacing) => status.update({ gridSpacing }));
  const shadows = createShadows(scene, viewer.camera, key);
  followTheme(scene, grid, shadows, frames.request);
  const redraw = (): void => {
    shadows.cast(contentOf(scene).flatMap((root) => root.getChildMeshes()));
    frames.request();
  };
  const layout = openLayout(scene);
  const selection = createSelection(scene, { onChange: redraw, onDropped: layout.save });
  const placement = createPlacement(scene, client, layout);
  const { placeNew } = placement;
  const live = createLiveScene({ babylon, scene, client, placeNew, onProblem: tell });
  const frame = (roots: readonly AbstractMesh[]): void => {
    const box = boxOf(roots);
    if (box) viewer.frame(box);
  };
  const onContent = (): void => {
    placement.settle((uuid) => live.find(uuid).length > 0);
    layout.save();
    selection.refresh();
    if (!viewer.isUsed) frame(contentOf(scene));
    redraw();
  };
  live.subscribe(onContent);
  onContent();
  restoreLayout(layout, { client, live, onProblem: tell });

  const place = async (uuid: string, options: PlaceOptions): Promise<void> => {
    const { root } = await live.place(uuid, options);
    layout.settle(uuid);
    layout.save();
    selection.select(rootOf(root));
  };
  acceptDrops(canvas, () => scene, {
    onAsset(uuid, position) {
      viewer.isUsed = true;
      place(uuid, { position }).catch(tell);
    },
    onFiles: (files) => {
      for (const file of files) client.upload(file.name, file).catch(tell);
    },
  });
  canvas.addEventListener("keydown", ({ key }) => {
    const { root } = selection;
    if (key === "f" || key === "F") frame(root ? [root] : contentOf(scene));
    if (key === "Escape") selection.select(undefined);
    if ((key === "Delete" || key === "Backspace") && root) removeFromScene(root);
  });

  const front = createFrontRenderer(babylon);
  const host: HostBridge = {
    place: (asset) => place(asset.uuid, placement.choose(asset)),
    countPlaced: ({ uuid }) => live.find(uuid).length,
    subscribe: live.subscribe,
    select: ({ uuid }: Asset) => {
      const root = rootOf(live.find(uuid)[0]);
      selection.select(root);
      if (root) frame([root]);
    },
    followSelection: (listener) =>
      observe(selection.onSelected, (root) => {
        const uuid = assetOf(root);
        if (uuid !== undefined) listener(uuid);
      }),
    renderFront: front.render,
  };
  return { scene, host };
}
