import type { Scene } from "@babylonjs/core/scene.js";

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
  const observers = [
    scene.onNewMeshAddedObservable.add(onChange),
    scene.onMeshRemovedObservable.add(onChange),
    scene.onNewTransformNodeAddedObservable.add(onChange),
    scene.onTransformNodeRemovedObservable.add(onChange),
  ];
  return () => {
    isOver = true;
    for (const observer of observers) observer.remove();
  };
}
