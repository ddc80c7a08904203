/**
 * The Editor makes a new scene and a new engine for each scene that is opened, and tells nobody; it
 * stops rendering while it loads or saves one, when nothing else may change it.
 */
import type { Scene } from "@babylonjs/core/scene.js";
import type { Editor, EditorPreview } from "babylonjs-editor";
import { observe } from "../../swap/observe.ts";

/** The Editor stops rendering 150 ms before it begins to save. */
const LOOK_MS = 100;

/** Begins something for a scene that is ready; returns what ends it. */
export type BeginWithScene = (scene: Scene) => () => void;

/** Calls `begin` for the scene that is open, and for every later one; returns what ends that. */
export function followScene(editor: Editor, begin: BeginWithScene): () => void {
  let followed: { readonly scene: Scene; end(): void } | undefined;

  const end = () => {
    const former = followed;
    followed = undefined;
    former?.end();
  };
  const look = () => {
    const scene = readyScene(editor);
    if (scene === followed?.scene) return;
    end();
    if (!scene) return;
    const endWithScene = begin(scene);
    const stopObserving = observe(scene.onDisposeObservable, end);
    followed = {
      scene,
      end: () => {
        stopObserving();
        endWithScene();
      },
    };
  };

  const timer = setInterval(look, LOOK_MS);
  look();
  return () => {
    clearInterval(timer);
    end();
  };
}

function readyScene({ layout }: Editor): Scene | undefined {
  const { preview } = layout;
  const scene = preview?.scene;
  return scene && !scene.isDisposed && isAtRest(preview) ? scene : undefined;
}

/** Before version 5.4.1 only a private field tells. */
function isAtRest({ renderScene, _renderScene }: EditorPreview): boolean {
  return renderScene ?? _renderScene ?? true;
}
