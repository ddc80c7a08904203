/** What the Editor does to a GLB that is dropped into the viewport, as far as it can be observed. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path/posix";
import type { Geometry, Material, Node, Observable, Scene, Texture } from "@babylonjs/core";
import type { GLTFFileLoader } from "@babylonjs/loaders/glTF/glTFFileLoader.js";
import type { BabylonPackage } from "../swap-scene.ts";
import { eventually } from "./eventually.ts";

/** Formats that are written beside the GLB; textures of other formats are lost when a scene is saved. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ["image/png", "png"],
  ["image/gif", "gif"],
  ["image/jpeg", "jpg"],
  ["image/bmp", "bmp"],
]);

/** Scenes are in centimetres. */
const UNIT_SCALE = 100;

export class SceneImport {
  readonly onNodesAdded: Observable<void>;
  readonly #babylon: BabylonPackage;
  readonly #projectFolder: string;
  /** Babylon's loaders at work; they go on a little after they have delivered. */
  readonly #loaders = new Set<object>();
  readonly #extractions: Promise<void>[] = [];
  readonly #observer: { remove(defer: boolean): void };
  #lastNumber = 0;

  constructor(babylon: BabylonPackage, projectFolder: string) {
    this.#babylon = babylon;
    this.#projectFolder = projectFolder;
    this.onNodesAdded = new babylon.Observable();
    this.#observer = babylon.SceneLoader.OnPluginActivatedObservable.add((plugin) => {
      if (plugin.name !== "gltf") return;
      const loader = plugin as GLTFFileLoader;
      this.#loaders.add(loader);
      loader.onDisposeObservable.addOnce(() => this.#loaders.delete(loader));
    });
  }

  /** Resolves when nothing is left of it. */
  async end(): Promise<void> {
    await Promise.all(this.#extractions);
    await eventually(() => this.#loaders.size === 0, "loaders end");
    this.#observer.remove(true);
  }

  /** Never the same twice, though it counts milliseconds. */
  uniqueNumber(): number {
    this.#lastNumber = Math.max(Date.now(), this.#lastNumber + 1);
    return this.#lastNumber;
  }

  /** Null when the file cannot be loaded. There is no step back. */
  async load(scene: Scene, absolutePath: string) {
    const options = { rootUrl: `${dirname(absolutePath)}/` };
    const load = this.#babylon.ImportMeshAsync(basename(absolutePath), scene, options);
    const result = await load.catch(() => null);
    if (!result) {
      this.#loaders.clear(); // what fails ends without telling
      return null;
    }
    const root = result.meshes.find(({ name }) => name === "__root__");
    if (root) {
      root.scaling.scaleInPlace(UNIT_SCALE);
      root.name = basename(absolutePath);
    }
    for (const node of [...result.meshes, ...result.transformNodes]) this.configureNode(node);
    for (const mesh of result.meshes) {
      mesh.receiveShadows = true;
      if (mesh.geometry) this.#renumber(mesh.geometry);
      if (mesh.material) this.configureMaterial(mesh.material);
      for (const light of scene.lights) {
        light.getShadowGenerator()?.getShadowMap()?.renderList?.push(mesh);
      }
    }
    const textures = result.meshes.flatMap(({ material }) => material?.getActiveTextures() ?? []);
    for (const texture of new Set(textures)) {
      // Not awaited: the files come later.
      void this.configureEmbeddedTexture(texture as Texture, absolutePath);
    }
    this.onNodesAdded.notifyObservers();
    return result;
  }

  configureNode(node: Node): void {
    this.#renumber(node);
  }

  configureMaterial(material: Material): void {
    this.#renumber(material);
  }

  configureTexture(texture: Texture): Texture {
    if (isAbsolute(texture.name) && !texture._buffer) this.#nameAfterFile(texture, texture.name);
    return texture;
  }

  configureEmbeddedTexture(texture: Texture, absolutePath: string): Promise<void> {
    const extraction = this.#extract(texture, absolutePath);
    this.#extractions.push(extraction);
    return extraction;
  }

  async #extract(texture: Texture, absolutePath: string): Promise<void> {
    const bytes = texture._buffer;
    const extension = EXTENSIONS.get(texture.mimeType ?? "");
    if (!(bytes instanceof Uint8Array) || extension === undefined) return;
    const hash = createHash("md5").update(bytes).digest("hex");
    const file = join(dirname(absolutePath), `editor-generated_${hash}.${extension}`);
    if (!existsSync(file)) await writeFile(file, bytes);
    if (texture.getScene() === null) return; // disposed meanwhile, with its scene
    texture._buffer = null;
    this.#nameAfterFile(texture, file);
  }

  /** Files are read bottom up, other than a glTF's. */
  #nameAfterFile(texture: Texture, file: string): void {
    if (!texture.invertY) {
      texture._invertY = true;
      texture.vScale *= -1;
      texture.updateURL(file);
    }
    texture.name = file.replace(`${this.#projectFolder}/`, "");
    texture.url = texture.name;
  }

  #renumber(entity: Geometry | Material | Node): void {
    entity.id = this.#babylon.RandomGUID();
    entity.uniqueId = this.uniqueNumber();
  }
}
