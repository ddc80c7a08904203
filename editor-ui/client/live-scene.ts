/**
 * Keeps a scene in step with the service: nodes that show an asset get its newest mesh. What a
 * node shows is noted in its metadata, so that a scene that was saved, or that was without the
 * service for a while, is caught up with, and what is up to date is not loaded again.
 */
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Asset } from "../../plugin/protocol/service.ts";
import type { Babylon } from "../swap/babylon.ts";
import type { Prepare } from "../swap/load.ts";
import { note } from "../swap/notes.ts";
import { observe } from "../swap/observe.ts";
import { createSwapper, type PlacedMesh, type PlaceOptions } from "../swap/swapper.ts";
import { createCatchUp } from "./catch-up.ts";
import { ClientError } from "./client-error.ts";
import { createListeners } from "./listeners.ts";
import { observeNodes } from "./observe-nodes.ts";
import type { ServiceClient } from "./service-client.ts";

export interface LiveSceneOptions {
  readonly babylon: Babylon;
  readonly scene: Scene;
  /** Stays the caller's to close. */
  readonly client: ServiceClient;
  /** Runs on everything a GLB holds before the scene has it. */
  readonly prepare?: Prepare;
  /**
   * Where to put an asset that is not in the scene, undefined for nowhere. Asked once an asset is
   * ready: at the start, or later for the first time. One that the user deletes stays deleted.
   */
  readonly placeNew?: (asset: Asset) => PlaceOptions | undefined;
  /** Told why a mesh could not be shown; the former one stays. */
  readonly onProblem: (message: string) => void;
}

export interface LiveScene {
  /**
   * Puts an asset's mesh into the scene.
   *
   * @throws ClientError when the mesh cannot be had, SwapError when it cannot be loaded.
   */
  place(uuid: string, options?: PlaceOptions): Promise<PlacedMesh>;
  /** The nodes that show the asset. */
  find(uuid: string): readonly TransformNode[];
  /**
   * Links a mesh that was imported some other way, as `Swapper.link` does; returns the linked node.
   *
   * @param sha256 Of the GLB it was imported from; when that is not known, the mesh is replaced.
   */
  link(node: TransformNode, uuid: string, sha256?: string): TransformNode;
  /** `listener` is told when what `find` finds, or what it shows, may have changed. */
  subscribe(listener: () => void): () => void;
  /** Placed meshes stay. Happens by itself when the scene is disposed. */
  dispose(): void;
}

export function createLiveScene(options: LiveSceneOptions): LiveScene {
  const { babylon, scene, client, prepare, placeNew, onProblem } = options;
  const nameOf = (uuid: string) => client.state.assets.get(uuid)?.picture ?? `asset ${uuid}`;
  const swapper = createSwapper(babylon, scene, { nameOf, ...(prepare && { prepare }) });
  const listeners = createListeners();

  const place = async (uuid: string, where?: PlaceOptions) => {
    const sha256 = client.state.assets.get(uuid)?.result?.sha256;
    if (sha256 === undefined) throw noMesh(nameOf(uuid));
    const placed = await swapper.place(uuid, await client.mesh(uuid), where);
    note(placed.node, { sha256 });
    return placed;
  };

  const refresh = async (uuid: string, sha256: string) => {
    const outcome = await swapper.swap(uuid, await client.mesh(uuid));
    if (outcome === "superseded") return;
    for (const node of swapper.find(uuid)) note(node, { sha256 });
    listeners.tell();
  };

  const catchUp = createCatchUp({ scene, client, refresh, place, placeNew, onProblem });
  const changed = () => {
    listeners.tell();
    catchUp.check();
  };
  const unsubscribe = client.subscribe(catchUp.check);
  const dispose = () => {
    unsubscribe();
    for (const stop of observing) stop();
    listeners.clear();
    catchUp.stop();
    swapper.dispose();
  };
  const observing = [observeNodes(scene, changed), observe(scene.onDisposeObservable, dispose)];
  catchUp.check();

  return {
    place,
    find: swapper.find,
    link: (node, uuid, sha256) => {
      const linked = swapper.link(node, uuid);
      note(linked, { sha256 });
      changed();
      return linked;
    },
    subscribe: listeners.add,
    dispose,
  };
}

function noMesh(subject: string): ClientError {
  return new ClientError("no-mesh", `${subject}: it has no mesh yet — wait until it is made`);
}
