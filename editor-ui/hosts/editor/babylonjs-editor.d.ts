/**
 * What this host uses of Babylon.js Editor 5, which is on no package registry, and of the UMD
 * `babylonjs` that the Editor gives to its plugins: the classes of `@babylonjs/core` under one name.
 */
declare module "babylonjs" {
  export { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
  export { Constants } from "@babylonjs/core/Engines/constants.js";
  export { Engine } from "@babylonjs/core/Engines/engine.js";
  export { EngineStore } from "@babylonjs/core/Engines/engineStore.js";
  export { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
  export { LoadAssetContainerAsync } from "@babylonjs/core/Loading/sceneLoader.js";
  export { ImageProcessingConfiguration } from "@babylonjs/core/Materials/imageProcessingConfiguration.js";
  export { HDRFiltering } from "@babylonjs/core/Materials/Textures/Filtering/hdrFiltering.js";
  export { RawCubeTexture } from "@babylonjs/core/Materials/Textures/rawCubeTexture.js";
  export { Color4 } from "@babylonjs/core/Maths/math.color.js";
  export { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
  export { Mesh } from "@babylonjs/core/Meshes/mesh.js";
  export { RandomGUID } from "@babylonjs/core/Misc/guid.js";
  export { CubeMapToSphericalPolynomialTools } from "@babylonjs/core/Misc/HighDynamicRange/cubemapToSphericalPolynomial.js";
  export { Scene } from "@babylonjs/core/scene.js";
}

declare module "babylonjs-editor" {
  import type { ISceneLoaderAsyncResult } from "@babylonjs/core/Loading/sceneLoader.js";
  import type { Material } from "@babylonjs/core/Materials/material.js";
  import type { Texture } from "@babylonjs/core/Materials/Textures/texture.js";
  import type { Observable } from "@babylonjs/core/Misc/observable.js";
  import type { Node } from "@babylonjs/core/node.js";
  import type { Scene } from "@babylonjs/core/scene.js";
  import type { ComponentType, MouseEventHandler, PropsWithChildren, ReactNode } from "react";

  export interface Editor {
    /** Absolute; of the application, null until it told the window. */
    readonly path: string | null;
    /** `projectPath`: absolute, of the `.bjseditor` file. */
    readonly state: { readonly projectPath: string | null };
    readonly layout: EditorLayout;
    /** Private parts of it are used with care. */
    readonly commandPalette?: object;
  }

  export interface EditorLayout {
    readonly preview: EditorPreview | undefined;
    readonly graph: {
      refresh(): Promise<void>;
      setSelectedNode(node: Node): void;
    };
    readonly inspector: { setEditedObject(object: unknown): void };
    readonly animations: { setEditedObject(object: unknown): void };
    readonly assets: {
      readonly state: {
        readonly browsedPath?: string | undefined;
        /** Absolute paths. */
        readonly selectedKeys: readonly string[];
      };
      setBrowsePath(path: string): Promise<void>;
    };
    readonly console: EditorConsole;
    addLayoutTab(
      component: ReactNode,
      options: {
        readonly id: string;
        readonly title: string;
        readonly neighborId: "inspector" | "assets-browser";
        readonly enableClose: boolean;
      },
    ): void;
    removeLayoutTab(id: string): void;
    selectTab(id: string): void;
  }

  export interface EditorPreview {
    /** Null while the Editor changes from one scene to another. */
    readonly scene: Scene | null;
    readonly canvas: HTMLCanvasElement | null;
    /** False while a scene is loaded or saved; since version 5.4.1. */
    readonly renderScene?: boolean;
    /** The same, private. */
    readonly _renderScene?: boolean;
    readonly gizmo: { setAttachedObject(node: Node | null): void };
    focusObject(node: Node): void;
  }

  export interface EditorConsole {
    log(message: ReactNode): void;
    warn(message: ReactNode): void;
    error(message: ReactNode): void;
    /** Resolves when the line is shown. */
    progress(message: ReactNode): Promise<ConsoleProgress>;
  }

  export interface ConsoleProgress {
    setState(state: { message?: ReactNode; done?: true; error?: true }): void;
  }

  export interface UndoRedoItem {
    undo(): void;
    redo(): void;
    /** Runs after each of them. */
    action?(): void;
    /** The step cannot be undone or redone any more, whichever state it is in. */
    onLost?(): void;
  }

  /** Ignored while a game is played in the Editor. */
  export function registerUndoRedo(item: UndoRedoItem): void;

  /** Null when the file could not be loaded, of which the Editor has told the user. */
  export function loadImportedSceneFile(
    scene: Scene,
    absolutePath: string,
  ): Promise<ISceneLoaderAsyncResult | null>;
  export function configureImportedNodeIds(node: Node): void;
  export function configureImportedMaterial(material: Material): void;
  export function configureImportedTexture(texture: Texture): Texture;
  /** Writes an embedded texture beside `absolutePath`. */
  export function configureEmbeddedTexture(texture: Texture, absolutePath: string): Promise<void>;

  export const UniqueNumber: { Get(): number };

  /** Shows a file in the assets browser; its absolute path. */
  export const onSelectedAssetChanged: Observable<string>;

  export const AssetsBrowserItem: { readonly prototype: object } | undefined;
  export const ContextMenuItem:
    | ComponentType<
        PropsWithChildren<{ className?: string; onClick?: MouseEventHandler<HTMLElement> }>
      >
    | undefined;
}
