import type { Mesh, PBRMaterial } from "@babylonjs/core";
import * as assert from "uvu/assert";
import { createSwapper } from "../../../editor-ui/swap/swapper.ts";
import { HERO_UUID, sceneSuite } from "../../helpers/scene-suite.ts";
import {
  addAnimation,
  addShield,
  addTexture,
  BABYLON_PACKAGES,
  countEverything,
  heroGlb,
  plainPng,
} from "../../helpers/swap-scene.ts";

const ROUNDING = 1e-6;

const pairGlb = (height = 1) => heroGlb({ height, edit: addShield });
const texturedPairGlb = (red: number) =>
  heroGlb({
    edit: (document) => {
      addTexture(document, "BaseColor", plainPng(red, 0, 0));
      addShield(document);
      addAnimation(document);
    },
  });
const namesBelow = (node: Mesh) => node.getChildren().map((child) => child.name);

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = sceneSuite(`swap/parts on ${name}`, babylon);

  test("a GLB of two meshes makes the node their anchor, one of one mesh a mesh again", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero, root } = await placeHero({ glb: await heroGlb() });
    const { uniqueId, metadata, material } = hero;
    hero.position.set(0, 5, 0);
    const sword = new babylon.TransformNode("sword", scene);
    sword.parent = hero;
    const before = await countEverything(scene);

    assert.is(await swapper.swap(HERO_UUID, await pairGlb(2)), "anchored");
    assert.equal(namesBelow(hero), ["sword", "hero", "shield"]);
    assert.is(hero.getTotalVertices(), 0);
    assert.is(hero.parent, root);
    assert.equal(swapper.find(HERO_UUID), [hero]);
    const parts = hero.getChildMeshes(true);
    // Side by side as in the GLB, standing where the anchor stands: at 1 m to the GLB's +X.
    const at = parts.map((part) => part.computeWorldMatrix(true).getTranslation().asArray());
    assert.equal(at[0], [0, 5, 0]);
    assert.ok(Math.abs(Math.abs(at[1][0]) - 1) < ROUNDING);
    for (const part of parts) assert.is(part.material, material);

    assert.is(await swapper.swap(HERO_UUID, await heroGlb({ height: 3 })), "in-place");
    assert.equal(namesBelow(hero), ["sword"]);
    assert.is(hero.getBoundingInfo().maximum.y, 3);
    assert.is(hero.uniqueId, uniqueId);
    assert.is(hero.metadata, metadata);
    assert.is(hero.material, material);
    assert.equal(await countEverything(scene), before);
  });

  test("instances of the anchor show instances of the parts", async ({ scene, placeHero }) => {
    const { swapper, hero } = await placeHero({ glb: await heroGlb() });
    const instance = hero.createInstance("hero 2");
    const before = await countEverything(scene);
    for (let i = 0; i < 2; i++) {
      await swapper.swap(HERO_UUID, await pairGlb());
      assert.is(instance.getChildMeshes().length, 2);
      assert.ok(instance.getChildMeshes().every((mesh) => mesh.isAnInstance));
    }
    await swapper.swap(HERO_UUID, await heroGlb({ height: 3 }));
    assert.is(instance.getChildMeshes().length, 0);
    assert.is(instance.getBoundingInfo().maximum.y, 3);
    assert.equal(await countEverything(scene), before);
  });

  test("parts are shown and shadowed as the mesh was", async ({ scene, placeHero }) => {
    const { swapper, hero } = await placeHero({ glb: await heroGlb() });
    const light = new babylon.DirectionalLight("sun", new babylon.Vector3(0, -1, 0), scene);
    const shadows = new babylon.ShadowGenerator(64, light);
    shadows.addShadowCaster(hero);
    hero.receiveShadows = true;
    hero.isPickable = false;
    await swapper.swap(HERO_UUID, await pairGlb());
    for (const part of hero.getChildMeshes()) {
      assert.ok(part.receiveShadows);
      assert.not(part.isPickable);
      assert.ok(shadows.getShadowMap()?.renderList?.includes(part));
    }
    await swapper.swap(HERO_UUID, await heroGlb());
    assert.equal(shadows.getShadowMap()?.renderList, [hero]);
  });

  test("edits of the parts' materials survive, and nothing is left behind", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero } = await placeHero({ glb: await texturedPairGlb(1) });
    await swapper.swap(HERO_UUID, await texturedPairGlb(2));
    const [part] = hero.getChildMeshes();
    const material = part.material as PBRMaterial;
    material.roughness = 0.25;
    const before = await countEverything(scene);
    assert.is(before.animationGroups, 1);
    for (let i = 0; i < 20; i++) await swapper.swap(HERO_UUID, await texturedPairGlb(i));
    assert.equal(await countEverything(scene), before);
    assert.is(hero.getChildMeshes()[0].material, material);
    assert.is(material.roughness, 0.25);

    // The root that was placed as an anchor becomes the mesh, and takes the parts' material.
    assert.is(await swapper.swap(HERO_UUID, await heroGlb()), "in-place");
    assert.is(hero.material, material);
    assert.is(scene.animationGroups.length, 0);
    assert.equal(namesBelow(hero), []);
  });

  test("each of several anchors has parts of its own", async ({ scene, placeHero }) => {
    const { swapper, hero } = await placeHero({ glb: await heroGlb() });
    const twin = hero.clone("twin");
    await swapper.swap(HERO_UUID, await pairGlb());
    assert.equal(
      [hero, twin].map((node) => node.getChildMeshes().length),
      [2, 2],
    );
    await swapper.swap(HERO_UUID, await heroGlb({ height: 2 }));
    assert.equal(
      [hero, twin].map((node) => node.getTotalVertices()),
      [12, 12],
    );
    assert.is(scene.meshes.length, 3);
  });

  test("a plain node takes any GLB as its children", async ({ scene }) => {
    const swapper = createSwapper(babylon, scene);
    const spot = new babylon.TransformNode("spot", scene);
    assert.is(swapper.link(spot, HERO_UUID), spot);
    for (const [glb, count] of [
      [await heroGlb(), 1],
      [await pairGlb(), 2],
      [await heroGlb(), 1],
    ] as const) {
      assert.is(await swapper.swap(HERO_UUID, glb), "anchored");
      assert.is(spot.getChildMeshes().length, count);
      assert.is(scene.meshes.length, count);
    }
    assert.is(scene.materials.length, 1);
  });

  test.run();
}
