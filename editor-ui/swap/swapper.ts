/**
 * Keeps generated meshes of a live scene up to date. A node that shows an asset stays the same
 * object with its transform, parent, name, metadata, instances, scripts and physics; only its
 * geometry is exchanged and, where the user has not edited it, its material.
 */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Babylon } from "./babylon.ts";
import { untilDrawable } from "./drawable.ts";
import { findLinked, linkNode } from "./links.ts";
import { disposeContainer, loadGlb, type Prepare } from "./load.ts";
import { adoptMaterial } from "./material.ts";
import { observe } from "./observe.ts";
import { shownMeshes } from "./parts.ts";
import { refreshScene } from "./refresh.ts";
import { type Replacement, replaceContent, sharingNodes } from "./replace.ts";
import { SwapError } from "./swap-error.ts";

/**
 * - `in-place`: the linked meshes have the new geometry.
 * - `anchored`: the GLB is more than one mesh, or the linked node is none; what it holds are now
 *   the children of the linked node.
 * - `superseded`: a newer swap of the asset, or `dispose`, came before this one's turn.
 * - `absent`: no node of the scene is linked to the asset.
 */
export type SwapOutcome = Replacement | "superseded" | "absent";

export interface SwapperOptions {
  /**
   * Runs on everything a GLB holds before the scene has it: the place for what a host does
   * to imports, such as the Editor's extraction of textures.
   */
  readonly prepare?: Prepare;
  /** What messages call an asset. */
  readonly nameOf?: (uuid: string) => string;
}

export interface PlaceOptions {
  readonly parent?: TransformNode;
  /** In the parent's space, scene units; the parent's origin by default. */
  readonly position?: { readonly x: number; readonly y: number; readonly z: number };
}

export interface PlacedMesh {
  /** The loader's root node, which converts the GLB's axes: what to move. */
  readonly root: TransformNode;
  /** The node that is linked to the asset. */
  readonly node: TransformNode;
}

export interface Swapper {
  /**
   * Puts an asset into the scene.
   *
   * @throws SwapError "unreadable", or "closed" after `dispose`; the scene is as it was.
   */
  place(uuid: string, glb: Uint8Array, options?: PlaceOptions): Promise<PlacedMesh>;

  /**
   * Links a mesh that was imported some other way; returns the node that has the link.
   *
   * The mesh is `node` or the only one below it. Where there are several, all children of
   * `node` are taken for the asset's and will be replaced.
   *
   * @throws SwapError "unlinkable" when the node's metadata is no object.
   */
  link(node: TransformNode, uuid: string): TransformNode;

  /** The nodes that are linked to an asset, in this session or a saved one. */
  find(uuid: string): readonly TransformNode[];

  /**
   * Shows new bytes on every node that is linked to the asset, when they are loaded and their
   * shaders compiled. Swaps run one after another; of those that wait for one asset only the
   * newest is carried out.
   *
   * @param glb Must not change until the promise is settled.
   * @throws SwapError "unreadable"; the former mesh stays.
   */
  swap(uuid: string, glb: Uint8Array): Promise<SwapOutcome>;

  /** Gives up what waits; placed meshes stay. Happens by itself when the scene is disposed. */
  dispose(): void;
}

export function createSwapper(
  babylon: Babylon,
  scene: Scene,
  { prepare, nameOf = (uuid) => `asset ${uuid}` }: SwapperOptions = {},
): Swapper {
  let isClosed = false;
  const inTurn = createQueue();
  /** The newest swap of each asset, as long as it waits. */
  const newest = new Map<string, Uint8Array>();

  /** Undefined when the swapper has been disposed by the end of it. */
  const load = async (uuid: string, glb: Uint8Array): Promise<AssetContainer | undefined> => {
    if (isClosed) return undefined;
    try {
      const container = await loadGlb(babylon, scene, glb, nameOf(uuid), (loaded) =>
        prepare?.(loaded, uuid),
      );
      if (!isClosed) return container;
      disposeContainer(container);
      return undefined;
    } catch (error) {
      // A scene that is disposed ends its loads with errors.
      if (isClosed) return undefined;
      throw error;
    }
  };

  /** One container for each group of nodes, which may be cloned or disposed while it loads. */
  const replaceAll = async (uuid: string, glb: Uint8Array): Promise<SwapOutcome> => {
    const containers: AssetContainer[] = [];
    try {
      let groups: TransformNode[][];
      do {
        const container = await load(uuid, glb);
        if (!container) return "superseded";
        containers.push(container);
        const former = findLinked(scene, uuid).flatMap((node) => shownMeshes(babylon, node, uuid));
        await untilDrawable(babylon, container, { former, uuid, isOver: () => isClosed });
        if (isClosed) return "superseded";
        groups = sharingNodes(babylon, findLinked(scene, uuid), container);
      } while (containers.length < groups.length);
      let outcome: SwapOutcome = "absent";
      for (const nodes of groups) {
        const container = containers.pop();
        if (container) outcome = replaceContent(babylon, nodes, container, uuid);
      }
      if (outcome !== "absent") refreshScene(scene);
      return outcome;
    } finally {
      for (const container of containers) disposeContainer(container);
    }
  };

  const dispose = () => {
    isClosed = true;
    newest.clear();
    stopObserving();
  };
  const stopObserving = observe(scene.onDisposeObservable, dispose);

  return {
    place: (uuid, glb, options = {}) =>
      inTurn(async () => {
        const container = await load(uuid, glb);
        if (!container) throw closedError(nameOf(uuid));
        const placed = placeContainer(babylon, container, uuid, options);
        refreshScene(scene);
        return placed;
      }),

    link: (node, uuid) => linkNode(babylon, node, uuid),

    find: (uuid) => findLinked(scene, uuid),

    swap: (uuid, glb) => {
      if (!isClosed) newest.set(uuid, glb);
      return inTurn(async () => {
        if (newest.get(uuid) !== glb) return "superseded";
        newest.delete(uuid);
        return findLinked(scene, uuid).length > 0 ? await replaceAll(uuid, glb) : "absent";
      });
    },

    dispose,
  };
}

function closedError(subject: string): SwapError {
  return new SwapError(
    "closed",
    `${subject}: the scene is no longer kept up to date — place it in the scene that is open`,
  );
}

function placeContainer(
  babylon: Babylon,
  container: AssetContainer,
  uuid: string,
  { parent, position }: PlaceOptions,
): PlacedMesh {
  const [root] = container.rootNodes;
  if (!(root instanceof babylon.Mesh)) throw new Error("a loaded GLB has a root mesh");
  for (const material of [...container.materials]) adoptMaterial(material, container, uuid);
  container.addAllToScene();
  const node = linkNode(babylon, root, uuid);
  root.name = `${node === root ? (root.getChildren()[0]?.name ?? uuid) : node.name}.glb`;
  if (parent) root.parent = parent;
  if (position) root.position.set(position.x, position.y, position.z);
  return { root, node };
}

/**
 * Tasks one after another. Loads are not run side by side because Babylon's glTF loader before
 * 9.28 mixes up the textures of two that begin in the same millisecond.
 */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    // The caller hears of a failure; the next task only waits for the end.
    last = Promise.allSettled([result]);
    return result;
  };
}
