/** What belongs to a scene, made for whichever the Inspector shows and disposed with it. */
import type { IReadonlyObservable } from "@babylonjs/core/Misc/observable.js";
import type { IDisposable, Scene } from "@babylonjs/core/scene.js";
import { createListeners } from "../../client/listeners.ts";

/** The Inspector's scene context. */
export interface SceneContext {
  readonly currentScene: Scene | null;
  readonly currentSceneObservable: IReadonlyObservable<Scene | null>;
}

export interface FollowedScene<T> extends IDisposable {
  /** Undefined while the Inspector shows no scene. */
  readonly current: T | undefined;
  /** `listener` is told after `current` was replaced; returns what ends that. */
  subscribe(listener: () => void): () => void;
}

export function followScene<T extends IDisposable>(
  context: SceneContext,
  open: (scene: Scene) => T,
): FollowedScene<T> {
  const listeners = createListeners();
  let current: T | undefined;

  const show = (scene: Scene | null): void => {
    current?.dispose();
    current = scene ? open(scene) : undefined;
    listeners.tell();
  };

  show(context.currentScene);
  const observer = context.currentSceneObservable.add(show);
  return {
    get current() {
      return current;
    },
    subscribe: listeners.add,
    dispose() {
      observer.remove();
      listeners.clear();
      show(null);
    },
  };
}
