/**
 * The Babylon.js Editor without its window, as plugins see it: the surface that `main` is given and
 * the module `babylonjs-editor`. Written from the Editor's observable behaviour, version 5.4.
 */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path/posix";
import { setTimeout as wait } from "node:timers/promises";
import type { Node, NullEngine, Scene } from "@babylonjs/core";
import { createElement, type ReactElement } from "react";
import { type BabylonPackage, nullEngine } from "../swap-scene.ts";
import { saveScene } from "./save-scene.ts";
import { SceneImport } from "./scene-import.ts";
import { UndoStack } from "./undo-stack.ts";

const require = createRequire(import.meta.url);

export interface Tab {
  readonly component: unknown;
  readonly options: {
    readonly id: string;
    readonly title: string;
    readonly neighborId?: string;
    readonly enableClose?: boolean;
  };
}

/** Time between a loaded scene and its first frame. */
const REST_MS = 150;
/** Time between the end of rendering and the beginning of a save. */
const SAVE_MS = 150;

export class FakeEditor {
  readonly babylon: BabylonPackage = require("babylonjs");
  readonly path = "/nowhere/Babylon.js Editor";
  readonly state: { projectPath: string | null; lastOpenedScenePath: string | null };
  readonly undo = new UndoStack();
  readonly sceneImport: SceneImport;
  readonly tabs = new Map<string, Tab>();
  readonly console: { readonly level: string; readonly message: string }[] = [];
  readonly preview: FakePreview;
  readonly assets = new FakeAssets();
  readonly commandPalette: FakeCommandPalette;
  readonly AssetsBrowserItem = assetsBrowserItemClass();
  activeTab = "assets-browser";
  selectedNode: Node | undefined;
  graphRefreshes = 0;
  readonly layout: object;
  /** What plugins get for `require("babylonjs-editor")`. */
  readonly module: object;

  constructor(projectPath: string) {
    require("babylonjs-loaders");
    this.state = { projectPath, lastOpenedScenePath: null };
    this.sceneImport = new SceneImport(this.babylon, dirname(projectPath));
    this.preview = new FakePreview(this.babylon);
    this.commandPalette = new FakeCommandPalette(() => this.preview.scene);
    this.layout = this.#makeLayout();
    this.module = this.#makeModule();
  }

  /** Opens another scene, as from the assets browser: history, scene and engine end. */
  async openScene(fill: (scene: Scene) => void | Promise<void> = () => undefined): Promise<void> {
    this.undo.clear();
    await this.preview.reset();
    this.preview.setRenderScene(false);
    await fill(this.preview.openScene);
    await wait(REST_MS);
    this.preview.setRenderScene(true);
  }

  /** `onSave` is called when the scene is read; returns what fills a scene with what was saved. */
  async saveScene(onSave: () => void = () => undefined): Promise<(scene: Scene) => Promise<void>> {
    this.preview.setRenderScene(false);
    await wait(SAVE_MS);
    onSave();
    const fill = saveScene(this.babylon, this.preview.openScene);
    this.preview.setRenderScene(true);
    return fill;
  }

  async dispose(): Promise<void> {
    this.preview.end();
    await this.sceneImport.end();
  }

  #makeLayout(): object {
    const { preview, assets, console, tabs } = this;
    const say = (level: string) => (message: unknown) => {
      console.push({ level, message: String(message) });
    };
    return {
      preview,
      assets,
      graph: {
        refresh: async () => {
          this.graphRefreshes += 1;
        },
        setSelectedNode: (node: Node) => {
          this.selectedNode = node;
        },
      },
      inspector: { setEditedObject: () => undefined, forceUpdate: () => undefined },
      animations: { setEditedObject: () => undefined },
      console: { log: say("log"), warn: say("warn"), error: say("error") },
      // Only remembered: it is mounted when the user selects the tab.
      addLayoutTab: (component: unknown, options: Tab["options"]) => {
        tabs.set(options.id, { component, options });
      },
      removeLayoutTab: (id: string) => void tabs.delete(id),
      selectTab: (id: string) => {
        this.activeTab = id;
      },
    };
  }

  #makeModule(): object {
    const { babylon, sceneImport, undo, assets, AssetsBrowserItem } = this;
    const onSelectedAssetChanged = new babylon.Observable<string>();
    onSelectedAssetChanged.add(async (path) => {
      await assets.setBrowsePath(dirname(path));
      assets.setSelectedFile(path);
      this.activeTab = "assets-browser";
    });
    return {
      AssetsBrowserItem,
      ContextMenuItem: contextMenuItem,
      UniqueNumber: { Get: () => sceneImport.uniqueNumber() },
      onSelectedAssetChanged,
      registerUndoRedo: undo.register.bind(undo),
      loadImportedSceneFile: sceneImport.load.bind(sceneImport),
      configureImportedNodeIds: sceneImport.configureNode.bind(sceneImport),
      configureImportedMaterial: sceneImport.configureMaterial.bind(sceneImport),
      configureImportedTexture: sceneImport.configureTexture.bind(sceneImport),
      configureEmbeddedTexture: sceneImport.configureEmbeddedTexture.bind(sceneImport),
    };
  }
}

class FakePreview {
  scene: Scene | null = null;
  engine: NullEngine | null = null;
  /** The same element for every scene. */
  readonly canvas = new EventTarget();
  attached: Node | null = null;
  focused: Node | undefined;
  /** Then `renderScene` is not there. */
  isBefore541 = false;
  _renderScene = true;
  readonly gizmo = {
    setAttachedObject: (node: Node | null) => {
      this.attached = node;
    },
  };
  readonly #babylon: BabylonPackage;

  constructor(babylon: BabylonPackage) {
    this.#babylon = babylon;
    this.#begin();
  }

  get openScene(): Scene {
    if (!this.scene) throw new Error("no scene is open");
    return this.scene;
  }

  setRenderScene(render: boolean): void {
    this._renderScene = render;
  }

  get renderScene(): boolean | undefined {
    return this.isBefore541 ? undefined : this._renderScene;
  }

  focusObject(node: Node): void {
    this.focused = node;
  }

  async reset(): Promise<void> {
    this.end();
    await Promise.resolve();
    this.#begin();
  }

  end(): void {
    this.scene?.dispose();
    this.engine?.dispose();
    this.scene = null;
    this.engine = null;
  }

  #begin(): void {
    const { FreeCamera, Scene, Vector3 } = this.#babylon;
    this.engine = nullEngine(this.#babylon);
    this.scene = new Scene(this.engine);
    const camera = new FreeCamera("editor", new Vector3(0, 100, -500), this.scene);
    camera.maxZ = 10_000;
  }
}

class FakeAssets {
  readonly state = { browsedPath: "", selectedKeys: [] as string[], files: [] as string[] };
  /** How often a folder was read. */
  reads = 0;

  async setBrowsePath(path: string): Promise<void> {
    this.reads += 1;
    this.state.browsedPath = path;
    this.state.files = readdirSync(path).filter(
      (name) => !name.startsWith(".") && !name.startsWith("editor-generated_"),
    );
  }

  setSelectedFile(path: string): void {
    this.state.selectedKeys = [path];
  }

  refresh(): void {
    throw new Error("refresh reads the whole project with its installed packages");
  }
}

interface PaletteItem {
  readonly key: string;
  readonly text: string;
  readonly label: string;
  readonly action: () => void;
}

class FakeCommandPalette {
  state: { open: boolean; entities: readonly PaletteItem[] } = { open: false, entities: [] };
  readonly #scene: () => Scene | null;

  constructor(scene: () => Scene | null) {
    this.#scene = scene;
  }

  setState(change: object | ((state: FakeCommandPalette["state"]) => object)): void {
    const changes = typeof change === "function" ? change(this.state) : change;
    this.state = { ...this.state, ...changes };
  }

  setOpen(open: boolean): void {
    this.setState({ open });
    if (open) this._refreshEntities();
  }

  _refreshEntities(): void {
    const meshes = this.#scene()?.meshes ?? [];
    this.setState({
      entities: meshes.map(({ id, name }) => ({
        key: id,
        text: name,
        label: name,
        action: () => undefined,
      })),
    });
  }
}

function contextMenuItem(): null {
  return null;
}

/** A class of its own for each Editor, so that what a plugin does to it is seen. */
function assetsBrowserItemClass() {
  return class AssetsBrowserItem {
    readonly props: { readonly absolutePath: string };

    constructor(props: { readonly absolutePath: string }) {
      this.props = props;
    }

    _getContextMenuContent(): ReactElement {
      return createElement("menu", {}, createElement(contextMenuItem, { key: "copy" }));
    }
  };
}
