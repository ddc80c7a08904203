/**
 * Hot loading for any game in development: meshes that Maquette has made of pictures are swapped in
 * the running scene as soon as the picture was changed and the mesh made anew.
 */
import type { Scene } from "@babylonjs/core/scene.js";
import { type ServiceOption, toLocate } from "./address.ts";
import { connectService } from "./connect.ts";
import { createHotScene, type HotScene } from "./hot-scene.ts";

export interface HotLoadOptions {
  /**
   * Where the service is: the address of its `.maquette/service.json`, the service's own address
   * and token, or what finds them. Default: "/.maquette/service.json" on the server of the page,
   * for a development server that serves the project's folder, as Vite does.
   */
  readonly service?: ServiceOption;
  /**
   * Whether meshes are linked that the game itself has loaded from a generated GLB: those whose
   * mesh and material have the name of one asset. Default: true. Otherwise only meshes that were
   * placed or linked follow their pictures, in this session or one that was saved with the scene.
   */
  readonly linkByName?: boolean;
}

export type HotLoad = HotScene;

/**
 * Keeps the generated meshes of a scene fresh. A mesh stays the same object with its transform,
 * parent, name, metadata and instances; only geometry and what the game has not changed of the
 * material are exchanged.
 *
 * It needs a running `maquette serve`. When there is none it says so once on the console and goes on
 * trying, so leave it out of what players get:
 *
 * ```ts
 * if (import.meta.env.DEV) {
 *   const { hotLoad } = await import("babylon-maquette/client");
 *   hotLoad(scene);
 * }
 * ```
 */
export function hotLoad(scene: Scene, options: HotLoadOptions = {}): HotLoad {
  const client = connectService({ locate: toLocate(options.service) });
  return createHotScene(scene, client, { linkByName: options.linkByName ?? true });
}
