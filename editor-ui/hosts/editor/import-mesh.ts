/** Puts a GLB into the scene through the Editor's own import, as if it had been dropped there. */
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { loadImportedSceneFile } from "babylonjs-editor";
import { observe } from "../../swap/observe.ts";
import { HostError } from "./host-error.ts";
import type { ProjectFiles } from "./project-files.ts";
import { padColours } from "./vertex-colours.ts";

export interface ImportedMesh {
  /** The GLB's root node, which the Editor scales to centimetres. */
  readonly root: TransformNode;
  /** Of the GLB that was imported, hexadecimal. */
  readonly sha256: string;
}

/**
 * Imports through a copy whose name tells its content: Babylon keeps textures by address, so
 * a changed file under its former name would show its former textures. The copy stands beside
 * the GLB, because the Editor writes the GLB's textures there, and is gone afterwards.
 *
 * @param meshPath Absolute, with forward slashes.
 * @throws HostError "import-failed", or "no-scene" when it is closed meanwhile; InputError when the file cannot be read or copied.
 */
export async function importMesh(
  scene: Scene,
  files: ProjectFiles,
  meshPath: string,
): Promise<ImportedMesh> {
  const fileName = meshPath.slice(meshPath.lastIndexOf("/") + 1);
  const copy = await files.copyHidden(meshPath);
  try {
    const result = await unlessDisposed(scene, () => loadImportedSceneFile(scene, copy.path));
    if (scene.isDisposed) {
      throw new HostError(
        "no-scene",
        `${fileName}: its scene was closed meanwhile — place it in the scene that is open`,
      );
    }
    const root = result?.meshes.find(({ parent }) => !parent);
    if (!root) {
      throw new HostError(
        "import-failed",
        `${fileName}: the Editor could not import it — generate it again`,
      );
    }
    root.name = fileName;
    for (const { geometry } of result?.meshes ?? []) if (geometry) padColours(geometry);
    return { root, sha256: copy.sha256 };
  } finally {
    await copy.remove();
  }
}

/** Undefined once the scene is disposed, as Babylon then may never end a load that was begun. */
async function unlessDisposed<T>(scene: Scene, work: () => Promise<T>): Promise<T | undefined> {
  if (scene.isDisposed) return undefined;
  let stopObserving: () => void = () => undefined;
  const disposed = new Promise<undefined>((resolve) => {
    stopObserving = observe(scene.onDisposeObservable, () => resolve(undefined));
  });
  try {
    return await Promise.race([work(), disposed]);
  } finally {
    stopObserving();
  }
}
