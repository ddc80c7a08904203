/** A scene in the Inspector: its meshes follow their pictures, and the panel can place more. */

import { Node } from "@babylonjs/core/node.js";
import type { IDisposable, Scene } from "@babylonjs/core/scene.js";
import type { ISelectionService } from "@babylonjs/inspector";
import { createLiveScene } from "../../client/live-scene.ts";
import { bridgeTo } from "../../client/scene-bridge.ts";
import type { ServiceClient } from "../../client/service-client.ts";
import type { HostBridge } from "../../panel/host-bridge.ts";
import { CORE_BABYLON as babylon } from "../../scene/core-babylon.ts";
import { acceptDrops } from "../../scene/drop-target.ts";
import { createFrontRenderer } from "../../scene/front-renderer.ts";
import { linkedAsset } from "./linked-asset.ts";
import type { ProblemLine } from "./problem-line.ts";

export interface InspectedScene extends IDisposable {
  readonly host: HostBridge;
}

export interface InspectedSceneOptions {
  readonly client: ServiceClient;
  readonly selection: ISelectionService;
  readonly problem: ProblemLine;
}

export function inspectScene(
  scene: Scene,
  { client, selection, problem }: InspectedSceneOptions,
): InspectedScene {
  const live = createLiveScene({ babylon, scene, client, onProblem: problem.show });
  const front = createFrontRenderer(babylon);
  const canvas = scene.getEngine().getRenderingCanvas();
  const refuseDrops =
    canvas &&
    acceptDrops(canvas, () => scene, {
      onAsset: (uuid, position) => live.place(uuid, { position }).catch(problem.tell),
    });

  const host: HostBridge = {
    ...bridgeTo(live),
    select({ uuid }) {
      const nodes: readonly object[] = live.find(uuid);
      const shown = selection.selectedEntity ? nodes.indexOf(selection.selectedEntity) : -1;
      selection.selectedEntity = nodes[(shown + 1) % nodes.length] ?? null;
    },
    followSelection(listener) {
      const tell = (): void => {
        const { selectedEntity } = selection;
        const uuid = selectedEntity instanceof Node ? linkedAsset(selectedEntity) : undefined;
        if (uuid !== undefined) listener(uuid);
      };
      const observer = selection.onSelectedEntityChanged.add(tell);
      return () => observer.remove();
    },
    renderFront: (glb, sizePixels) => front.render(glb, sizePixels),
  };

  return {
    host,
    dispose() {
      refuseDrops?.();
      front.dispose();
      live.dispose();
    },
  };
}
