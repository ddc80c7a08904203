import type { Scene } from "@babylonjs/core/scene.js";
import { observe } from "../swap/observe.ts";

/**
 * Tells `listener` after nodes have come into the scene or left it: once for all that do so in a
 * row, and when their names, materials and metadata are set. Returns what ends that.
 */
export function observeNodes(scene: Scene, listener: () => void): () => void {
  let isWaiting = false;
  let isOver = false;
  const tell = () => {
    isWaiting = false;
    if (!isOver) listener();
  };
  const onChange = () => {
    if (!isWaiting) queueMicrotask(tell);
    isWaiting = true;
  };
  const observing = [
    observe(scene.onNewMeshAddedObservable, onChange),
    observe(scene.onMeshRemovedObservable, onChange),
    observe(scene.onNewTransformNodeAddedObservable, onChange),
    observe(scene.onTransformNodeRemovedObservable, onChange),
  ];
  return () => {
    isOver = true;
    for (const stop of observing) stop();
  };
}
