import type { Mesh, Scene } from "@babylonjs/core";
import type { Asset } from "../../../plugin/protocol/service.ts";
import { assetOf } from "../service-data.ts";
import { type HeroOptions, heroGlb } from "../swap-scene.ts";
import { eventually } from "./eventually.ts";
import type { InEditor } from "./run-in-editor.ts";

export const HERO: Asset = assetOf(1, "hero");

export interface PlacedHero {
  readonly hero: Asset;
  readonly scene: Scene;
  /** What the Editor scales. */
  readonly root: Mesh;
  /** What is linked. */
  readonly mesh: Mesh;
}

/** Opens the plugin and waits until it is connected. */
export async function openPlugin({ editor, plugin, tab }: InEditor): Promise<void> {
  plugin.main(editor);
  await eventually(() => tab().client.state.connection === "open", "the connection is open");
}

/** Opens the plugin and places the hero from the panel. */
export async function placeHero(inside: InEditor, options?: HeroOptions): Promise<PlacedHero> {
  const hero = await inside.serve(HERO, await heroGlb(options));
  await openPlugin(inside);
  await inside.tab().host.place(hero);
  return { hero, ...heroIn(inside.editor.preview.openScene) };
}

export function heroIn(scene: Scene): Omit<PlacedHero, "hero"> {
  const named = (name: string) => scene.meshes.findLast((mesh) => mesh.name === name) as Mesh;
  return { scene, root: named("hero.glb"), mesh: named("hero") };
}

/** Serves a new mesh and waits until the node shows it. */
export async function changeHero(
  { serve }: InEditor,
  { hero, mesh }: Pick<PlacedHero, "hero" | "mesh">,
  options: HeroOptions,
): Promise<Asset> {
  const changed = await serve(hero, await heroGlb(options));
  await eventually(
    () => mesh.metadata.maquette.sha256 === changed.result?.sha256,
    "the mesh is exchanged",
  );
  return changed;
}

/** Height on screen, in the scene's units. */
export function worldHeight(mesh: Mesh): number {
  mesh.computeWorldMatrix(true);
  mesh.refreshBoundingInfo();
  const { minimumWorld, maximumWorld } = mesh.getBoundingInfo().boundingBox;
  return maximumWorld.y - minimumWorld.y;
}
