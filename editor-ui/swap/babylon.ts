/**
 * The part of Babylon that the swapper calls. It is injected, because hosts bring different copies:
 * `@babylonjs/core`, the UMD `babylonjs`, or the one of Babylon's Editor. Types are those of
 * `@babylonjs/core`; the UMD package declares the same classes a second time, so such a host casts
 * once: `babylon as unknown as Babylon`.
 */
import type { LoadAssetContainerAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { RandomGUID } from "@babylonjs/core/Misc/guid.js";

/** Babylon's glTF loader has to be registered with it. */
export interface Babylon {
  readonly LoadAssetContainerAsync: typeof LoadAssetContainerAsync;
  readonly Mesh: typeof Mesh;
  readonly RandomGUID: typeof RandomGUID;
  /** As far as both packages' types agree. */
  readonly SceneLoader: {
    readonly OnPluginActivatedObservable: {
      add(listener: (loader: object) => void): { remove(defer: boolean): void };
    };
  };
}
