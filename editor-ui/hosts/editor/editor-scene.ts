/** The scene that is open in the Editor, kept in step with the service. */
import type { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";
import * as babylon from "babylonjs";
import { type Editor, registerUndoRedo } from "babylonjs-editor";
import type { Asset } from "../../../plugin/protocol/service.ts";
import { createLiveScene, type LiveScene } from "../../client/live-scene.ts";
import type { ServiceClient } from "../../client/service-client.ts";
import { acceptDrops } from "../../scene/drop-target.ts";
import { disposeUnusedMaterial } from "../../swap/material.ts";
import { followScene } from "./follow-scene.ts";
import { HostError } from "./host-error.ts";
import { importMesh } from "./import-mesh.ts";
import type { Messages } from "./messages.ts";
import { prepareAsImport } from "./prepare-import.ts";
import type { ProjectFiles } from "./project-files.ts";
import { SceneMembership } from "./scene-membership.ts";

export interface EditorSceneOptions {
  readonly editor: Editor;
  readonly client: ServiceClient;
  readonly files: ProjectFiles;
  readonly messages: Messages;
}

interface OpenScene {
  readonly scene: Scene;
  readonly live: LiveScene;
}

export class EditorScene {
  readonly #options: EditorSceneOptions;
  readonly #listeners = new Map<symbol, () => void>();
  readonly #stopFollowing: () => void;
  #open: OpenScene | undefined;
  /** Imports run one after another: Babylon's loaders before 9.28 mix up the textures of two. */
  #lastImport: Promise<unknown> = Promise.resolve();

  constructor(options: EditorSceneOptions) {
    this.#options = options;
    this.#stopFollowing = followScene(options.editor, (scene) => this.#begin(scene));
  }

  /**
   * Puts an asset's mesh into the scene and selects it; the step can be undone.
   *
   * @param position Scene units, centimetres in the Editor; the origin by default.
   * @throws HostError, or InputError when the mesh's file cannot be read.
   */
  async place(asset: Asset, position?: Vector3): Promise<void> {
    const placing = this.#lastImport.then(() => this.#place(asset, position));
    this.#lastImport = Promise.allSettled([placing]);
    await placing;
  }

  find(uuid: string): readonly TransformNode[] {
    return this.#open?.live.find(uuid) ?? [];
  }

  /** `listener` is told when `find` may find something else; returns what ends that. */
  subscribe(listener: () => void): () => void {
    const key = Symbol();
    this.#listeners.set(key, listener);
    return () => void this.#listeners.delete(key);
  }

  /** Shows a node in graph, inspector and viewport. */
  select(node: TransformNode): void {
    const { graph, inspector, animations, preview } = this.#options.editor.layout;
    graph.setSelectedNode(node);
    inspector.setEditedObject(node);
    animations.setEditedObject(node);
    preview?.gizmo.setAttachedObject(node);
    preview?.focusObject(node);
  }

  /** What was placed stays. */
  dispose(): void {
    this.#stopFollowing();
  }

  #begin(scene: Scene): () => void {
    const { client, editor, files, messages } = this.#options;
    const live = createLiveScene({
      babylon,
      scene,
      client,
      prepare: (container, uuid) => {
        const mesh = client.state.assets.get(uuid)?.mesh;
        return mesh === undefined ? undefined : prepareAsImport(container, files.absolute(mesh));
      },
      onProblem: (message) => messages.error(message),
    });
    const stopTelling = live.subscribe(() => this.#tell());
    const canvas = editor.layout.preview?.canvas;
    const stopDrops = canvas && acceptDrops(canvas, () => scene, { onAsset: this.#placeDropped });
    this.#open = { scene, live };
    this.#tell();
    return () => {
      this.#open = undefined;
      stopDrops?.();
      stopTelling();
      live.dispose();
      this.#tell();
    };
  }

  readonly #placeDropped = (uuid: string, point: Vector3): void => {
    const asset = this.#options.client.state.assets.get(uuid);
    if (asset) this.place(asset, point).catch(this.#options.messages.error);
  };

  async #place(asset: Asset, position: Vector3 | undefined): Promise<void> {
    const { files, messages } = this.#options;
    if (!asset.result) {
      throw new HostError(
        "no-mesh",
        `${asset.picture}: it has no mesh yet — wait until it is made, or generate it`,
      );
    }
    const { scene, live } = this.#openScene(asset);
    const { root, sha256 } = await importMesh(scene, files, files.absolute(asset.mesh));
    if (position) root.position.addInPlace(position);
    const node = live.link(root, asset.uuid, sha256);
    node.metadata.customMetadata = { ...node.metadata.customMetadata, picture: asset.picture };
    this.#makeUndoable(root, asset);
    await this.#options.editor.layout.graph.refresh();
    this.select(root);
    messages.info(`Placed ${asset.mesh}`);
  }

  #openScene(asset: Asset): OpenScene {
    if (this.#open) return this.#open;
    throw new HostError(
      "no-scene",
      `${asset.picture}: no scene is open and at rest — open one, or wait until it is loaded or saved, and place it then`,
    );
  }

  #makeUndoable(root: TransformNode, { uuid }: Asset): void {
    const { graph, inspector, preview } = this.#options.editor.layout;
    const membership = new SceneMembership(root);
    registerUndoRedo({
      undo: () => {
        membership.takeOut();
        preview?.gizmo.setAttachedObject(null);
        inspector.setEditedObject(root.getScene());
      },
      redo: () => membership.putBack(),
      action: () => void graph.refresh(),
      onLost: () => {
        // Lost while it is in the scene, the mesh is there to stay.
        if (membership.isOut) disposeWithMaterials(root, uuid);
      },
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners.values()]) listener();
  }
}

function disposeWithMaterials(root: TransformNode, uuid: string): void {
  const materials = new Set(root.getChildMeshes().flatMap(({ material }) => material ?? []));
  root.dispose();
  for (const material of materials) disposeUnusedMaterial(material, uuid);
}
