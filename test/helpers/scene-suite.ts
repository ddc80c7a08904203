/** Suites of tests that each have a Babylon scene of their own. */
import type { Mesh, NullEngine, PBRMaterial, Scene } from "@babylonjs/core";
import { suite, type uvu } from "uvu";
import { createSwapper, type Swapper, type SwapperOptions } from "../../editor-ui/swap/swapper.ts";
import { type BabylonPackage, heroGlb, nullEngine } from "./swap-scene.ts";

/** The asset that `placeHero` places. */
export const HERO_UUID = "7d9f2c1e";

export interface Stage {
  readonly engine: NullEngine;
  readonly scene: Scene;
  /** A swapper and the hero it has placed, by default that of `heroGlb`. */
  placeHero(options?: SwapperOptions & { readonly glb?: Uint8Array }): Promise<PlacedHero>;
}

export interface PlacedHero {
  readonly swapper: Swapper;
  readonly root: Mesh;
  readonly hero: Mesh;
  readonly material: PBRMaterial;
}

export function sceneSuite(title: string, babylon: BabylonPackage): uvu.Test<Stage> {
  const test = suite<Stage>(title);
  test.before((context) => {
    Object.assign(context, { engine: nullEngine(babylon) });
  });
  test.before.each((context) => {
    Object.assign(context, openStage(babylon, context.engine));
  });
  test.after.each(({ scene }) => scene.dispose());
  test.after(({ engine }) => engine.dispose());
  return test;
}

function openStage(babylon: BabylonPackage, engine: NullEngine): Stage {
  const scene = new babylon.Scene(engine);
  return {
    engine,
    scene,
    async placeHero({ glb, ...options } = {}) {
      const swapper = createSwapper(babylon, scene, options);
      const { root, node } = await swapper.place(HERO_UUID, glb ?? (await heroGlb()));
      const hero = node as Mesh;
      return { swapper, root: root as Mesh, hero, material: hero.material as PBRMaterial };
    },
  };
}
