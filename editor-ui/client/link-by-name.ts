/**
 * Links meshes that a game has loaded itself from generated GLBs, in which node, mesh and material
 * are named after the asset: meshes with such a name and such a material, and those that share
 * their geometry and the material's name, such as clones.
 */
import type { Geometry } from "@babylonjs/core/Meshes/geometry.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Asset } from "../../plugin/protocol/service.ts";
import type { Babylon } from "../swap/babylon.ts";
import { notesOf } from "../swap/notes.ts";
import { observe } from "../swap/observe.ts";
import type { LiveScene } from "./live-scene.ts";
import type { ServiceClient } from "./service-client.ts";

export interface LinkByNameOptions {
  readonly babylon: Babylon;
  readonly scene: Scene;
  readonly client: ServiceClient;
  readonly live: LiveScene;
  readonly onProblem: (message: string) => void;
}

/**
 * Looks after each frame before which meshes or assets have changed, and not while the scene is
 * loading: only then have meshes their names and all of their materials. Returns what ends that.
 */
export function linkByName(options: LinkByNameOptions): () => void {
  const { babylon, scene, client, live, onProblem } = options;
  let isDue = true;
  let assets = client.state.assets;

  const link = (mesh: Mesh, namesakes: readonly Asset[]) => {
    const [asset, ...others] = namesakes;
    if (!asset) return;
    if (others.length > 0) return onProblem(ambiguous(namesakes));
    try {
      live.link(mesh, asset.uuid);
    } catch (error) {
      onProblem(String(error));
    }
  };

  const look = () => {
    if (!isDue || scene.isLoading) return;
    isDue = false;
    const named = groupByName(assets.values());
    const meshes = scene.meshes.filter((mesh) => mesh instanceof babylon.Mesh);
    const names = new Map(meshes.map(({ geometry }) => [geometry, assetName(geometry, named)]));
    for (const mesh of meshes) {
      const { uuid, partOf } = notesOf(mesh);
      const name = names.get(mesh.geometry);
      if (name === undefined || mesh.material?.name !== name || (uuid ?? partOf)) continue;
      link(mesh, named.get(name) ?? []);
    }
  };

  const observing = [
    observe(scene.onNewMeshAddedObservable, () => {
      isDue = true;
    }),
    observe(scene.onAfterRenderObservable, look),
    client.subscribe(() => {
      isDue ||= assets !== client.state.assets;
      assets = client.state.assets;
    }),
  ];
  return () => {
    for (const stop of observing) stop();
  };
}

function groupByName(assets: Iterable<Asset>): Map<string, Asset[]> {
  const named = new Map<string, Asset[]>();
  for (const asset of assets) named.set(asset.name, [...(named.get(asset.name) ?? []), asset]);
  return named;
}

/** The one that a mesh of this geometry has in common with its material and with an asset. */
function assetName(
  geometry: Geometry | null,
  named: ReadonlyMap<string, unknown>,
): string | undefined {
  return geometry?.meshes.find(({ name, material }) => named.has(name) && material?.name === name)
    ?.name;
}

function ambiguous(namesakes: readonly Asset[]): string {
  const pictures = namesakes.map(({ picture }) => picture).join(", ");
  return `${namesakes[0]?.name}: ${namesakes.length} pictures have this name (${pictures}) — say which one a mesh shows with link(node, picture)`;
}
