/** GLB bytes -> everything in them, loaded but not yet in the scene. */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Babylon } from "./babylon.ts";
import { messageOf } from "./message-of.ts";
import { SwapError } from "./swap-error.ts";

/** A host's own work on what was loaded for an asset. */
export type Prepare = (container: AssetContainer, uuid: string) => void | Promise<void>;

/** "glTF" as a little-endian number. */
const GLB_MAGIC = 0x46546c67;
const HEADER_BYTES = 12;

/**
 * Bytes rather than an address, because Babylon keeps textures by address: a file loaded again
 * under its former name would show its former textures.
 *
 * @throws SwapError "unreadable", or what `prepare` throws; what had been loaded is disposed.
 */
export async function loadGlb(
  babylon: Babylon,
  scene: Scene,
  glb: Uint8Array,
  subject: string,
  prepare?: (container: AssetContainer) => void | Promise<void>,
): Promise<AssetContainer> {
  if (!isWholeGlb(glb)) {
    throw unreadable(subject, `these ${glb.length} bytes are no complete GLB`);
  }
  const container = await load(babylon, scene, glb, subject);
  try {
    if (!container.meshes.some(hasGeometry)) throw unreadable(subject, "the GLB holds no mesh");
    // The loader takes names for ids, and a scene is saved by id.
    const { meshes, transformNodes, materials, geometries } = container;
    for (const entity of [...meshes, ...transformNodes, ...materials, ...geometries]) {
      entity.id = babylon.RandomGUID();
    }
    await prepare?.(container);
    return container;
  } catch (error) {
    disposeContainer(container);
    throw error;
  }
}

/** Also lets go of the roots: until it is disposed, the scene remembers every container loaded. */
export function disposeContainer(container: AssetContainer): void {
  container.dispose();
  container.rootNodes.length = 0;
}

/** Known beforehand, as Babylon does not clear up after a load that fails. */
function isWholeGlb(glb: Uint8Array): boolean {
  if (glb.length < HEADER_BYTES) return false;
  const header = new DataView(glb.buffer, glb.byteOffset, HEADER_BYTES);
  return header.getUint32(0, true) === GLB_MAGIC && header.getUint32(8, true) === glb.length;
}

async function load(babylon: Babylon, scene: Scene, glb: Uint8Array, subject: string) {
  const loaded: { dispose(): void }[] = [];
  const keep = (entity: { dispose(): void }) => loaded.push(entity);
  /** Tells the loader of this load from those of the host. */
  const extensionOptions = {};
  // An open Inspector has every glTF file validated, with a script from a CDN, whatever the options
  // say. What was added last is called last.
  const observer = babylon.SceneLoader.OnPluginActivatedObservable.add((loader) => {
    if (!("extensionOptions" in loader) || loader.extensionOptions !== extensionOptions) return;
    Object.assign(loader, { validate: false });
  });
  try {
    return await babylon.LoadAssetContainerAsync(glb, scene, {
      pluginExtension: ".glb",
      pluginOptions: {
        gltf: {
          extensionOptions,
          onMeshLoaded: keep,
          onMaterialLoaded: keep,
          onTextureLoaded: keep,
        },
      },
    });
  } catch (error) {
    for (const entity of loaded) entity.dispose();
    const reason = messageOf(error).replaceAll(/\s+/g, " ");
    throw unreadable(subject, `the GLB cannot be loaded, ${reason}`, error);
  } finally {
    observer.remove(true);
  }
}

function unreadable(subject: string, what: string, cause?: unknown): SwapError {
  return new SwapError("unreadable", `${subject}: ${what} — generate it again`, { cause });
}

/**
 * The mesh, when the GLB is nothing but one mesh at the origin, as Maquette writes them: then it
 * can take the place of another mesh's geometry.
 */
export function soleMesh(babylon: Babylon, container: AssetContainer): Mesh | undefined {
  const [root, mesh, ...others] = container.meshes;
  const isSole =
    root !== undefined &&
    !hasGeometry(root) &&
    mesh instanceof babylon.Mesh &&
    hasGeometry(mesh) &&
    mesh.parent === root &&
    !mesh.skeleton &&
    !mesh.morphTargetManager &&
    others.length === 0 &&
    container.transformNodes.length === 0 &&
    container.lights.length === 0 &&
    container.cameras.length === 0 &&
    container.animationGroups.length === 0 &&
    mesh.computeWorldMatrix(true).equals(root.computeWorldMatrix(true));
  return isSole ? mesh : undefined;
}

export function hasGeometry(mesh: { getTotalVertices(): number }): boolean {
  return mesh.getTotalVertices() > 0;
}
