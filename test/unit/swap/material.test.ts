import type { BaseTexture, Mesh, PBRMaterial } from "@babylonjs/core";
import type { Document, Material } from "@gltf-transform/core";
import * as assert from "uvu/assert";
import { createSwapper } from "../../../editor-ui/swap/swapper.ts";
import { HERO_UUID, sceneSuite } from "../../helpers/scene-suite.ts";
import {
  addTexture,
  BABYLON_PACKAGES,
  countEverything,
  heroGlb,
  plainPng,
} from "../../helpers/swap-scene.ts";

const RED = plainPng(255, 0, 0);
const BLUE = plainPng(0, 0, 255);
const BUMPS = plainPng(128, 128, 255);

const withMaterial = (change: (material: Material) => void) =>
  heroGlb({ edit: (document) => change(document.getRoot().listMaterials()[0]) });
const withTextures = (colour: Uint8Array, bumps?: Uint8Array) =>
  heroGlb({
    edit: (document: Document) => {
      addTexture(document, "BaseColor", colour);
      if (bumps) addTexture(document, "Normal", bumps);
    },
  });

/** The file that is in the texture's memory on the GPU. */
const fileOf = (texture: BaseTexture | null) => {
  const buffer = texture?.getInternalTexture()?._buffer;
  assert.instance(buffer, Uint8Array);
  return [...(buffer as Uint8Array)];
};

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = sceneSuite(`swap/material on ${name}`, babylon);

  test("fields the user has not touched follow the GLB, the others stay the user's", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero, material } = await placeHero({ glb: await heroGlb() });
    material.albedoColor = new babylon.Color3(1, 0.5, 0.5);
    material.roughness = 0.25;
    material.alphaMode = babylon.Constants.ALPHA_ADD;
    const glb = await withMaterial((next) =>
      next
        .setBaseColorFactor([0, 1, 0, 1])
        .setRoughnessFactor(0.5)
        .setMetallicFactor(1)
        .setEmissiveFactor([0, 0, 1])
        .setDoubleSided(true),
    );
    await swapper.swap(HERO_UUID, glb);
    assert.is(hero.material, material);
    assert.equal(material.albedoColor.asArray(), [1, 0.5, 0.5]);
    assert.is(material.roughness, 0.25);
    assert.is(material.alphaMode, babylon.Constants.ALPHA_ADD);
    assert.is(material.metallic, 1);
    assert.equal(material.emissiveColor.asArray(), [0, 0, 1]);
    assert.is(material.backFaceCulling, false);
    assert.is(scene.materials.length, 1);

    await swapper.swap(HERO_UUID, await heroGlb());
    assert.equal(material.albedoColor.asArray(), [1, 0.5, 0.5]);
    assert.is(material.roughness, 0.25);
    assert.is(material.metallic, 0);
    assert.equal(material.emissiveColor.asArray(), [0, 0, 0]);
    assert.is(material.backFaceCulling, true);
  });

  test("a material or none that the user put in the place of the GLB's stays", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero } = await placeHero({ glb: await withTextures(RED) });
    const own = new babylon.PBRMaterial("own", scene);
    own.metadata = { note: "mine" };
    hero.material = own;
    await swapper.swap(HERO_UUID, await withTextures(BLUE));
    assert.is(hero.material, own);
    assert.is(own.albedoTexture, null);
    assert.equal(own.metadata, { note: "mine" });
    hero.material = null;
    await swapper.swap(HERO_UUID, await withTextures(BLUE));
    assert.is(hero.material, null);
  });

  test("a material of another asset is not touched", async ({ placeHero }) => {
    const { swapper, hero } = await placeHero({ glb: await heroGlb() });
    const other = (await swapper.place("another", await heroGlb())).node as Mesh;
    hero.material = other.material;
    await swapper.swap(HERO_UUID, await withTextures(BLUE));
    assert.is((other.material as PBRMaterial).albedoTexture, null);
  });

  test("a variant of the material keeps its edits and gets the new texture as well", async ({
    placeHero,
  }) => {
    const { swapper, hero, material } = await placeHero({ glb: await withTextures(RED) });
    const twin = hero.clone("twin");
    const variant = material.clone("variant");
    variant.albedoColor = new babylon.Color3(0, 1, 0);
    twin.material = variant;
    await swapper.swap(HERO_UUID, await withTextures(BLUE));
    assert.is(twin.material, variant);
    assert.equal(variant.albedoColor.asArray(), [0, 1, 0]);
    assert.equal(fileOf(variant.albedoTexture), [...BLUE]);
    assert.equal(fileOf(material.albedoTexture), [...BLUE]);
  });

  test("the new texture is shown, also while the former one is still in use", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, material } = await placeHero({ glb: await withTextures(RED) });
    const poster = new babylon.StandardMaterial("poster", scene);
    poster.diffuseTexture = material.albedoTexture;
    for (const colour of [BLUE, RED, BLUE]) {
      await swapper.swap(HERO_UUID, await withTextures(colour));
      assert.equal(fileOf(material.albedoTexture), [...colour]);
      assert.is.not(
        material.albedoTexture?.getInternalTexture(),
        poster.diffuseTexture?.getInternalTexture(),
      );
    }
    assert.equal(fileOf(poster.diffuseTexture), [...RED]);
    assert.ok(scene.textures.includes(poster.diffuseTexture as BaseTexture));
  });

  test("textures come with how they are read, and go with the GLB that has none", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, material } = await placeHero({ glb: await heroGlb() });
    const before = await countEverything(scene);
    await swapper.swap(HERO_UUID, await withTextures(RED, BUMPS));
    assert.equal(fileOf(material.bumpTexture), [...BUMPS]);
    // A left-handed scene mirrors the normal map's X.
    assert.is(material.invertNormalMapX, true);
    await swapper.swap(HERO_UUID, await heroGlb());
    assert.is(material.albedoTexture, null);
    assert.is(material.bumpTexture, null);
    assert.is(material.invertNormalMapX, false);
    assert.equal(await countEverything(scene), before);
  });

  test("a texture of the user's stays, a texture the user removed stays away", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, material } = await placeHero({ glb: await withTextures(RED, BUMPS) });
    const own = new babylon.Texture(null, scene);
    material.albedoTexture = own;
    material.bumpTexture = null;
    for (const glb of [await withTextures(BLUE, BUMPS), await withTextures(RED, BUMPS)]) {
      await swapper.swap(HERO_UUID, glb);
      assert.is(material.albedoTexture, own);
      assert.is(material.bumpTexture, null);
    }
  });

  test("strength and tiling that the user turned are passed on to the new texture", async ({
    placeHero,
  }) => {
    const { swapper, material } = await placeHero({ glb: await withTextures(RED, BUMPS) });
    const turn = (texture: BaseTexture | null) => {
      if (texture) texture.level = 0.25;
    };
    turn(material.bumpTexture);
    (material.albedoTexture as InstanceType<typeof babylon.Texture>).uScale = 3;
    for (const colour of [BLUE, RED]) {
      await swapper.swap(HERO_UUID, await withTextures(colour, BUMPS));
      assert.equal(fileOf(material.albedoTexture), [...colour]);
      assert.is(material.bumpTexture?.level, 0.25);
      assert.is((material.albedoTexture as InstanceType<typeof babylon.Texture>).uScale, 3);
    }
  });

  test("reflections that the user gave a material are never disposed", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero, material } = await placeHero({ glb: await withTextures(RED) });
    const sky = new babylon.Texture(null, scene);
    material.reflectionTexture = sky;
    scene.environmentTexture = sky;
    await swapper.swap(HERO_UUID, await heroGlb());
    assert.is(material.reflectionTexture, sky);
    assert.ok(scene.textures.includes(sky));
    assert.is(hero.material, material);
  });

  test("a frozen material is told to look at its fields again", async ({ placeHero }) => {
    const { swapper, material } = await placeHero({ glb: await heroGlb() });
    material.freeze();
    const told: unknown[] = [];
    material.markDirty = (isForced) => told.push(isForced);
    await swapper.swap(HERO_UUID, await withMaterial((next) => next.setMetallicFactor(1)));
    assert.ok(material.isFrozen);
    assert.ok(told.includes(true));
  });

  test("what was edited before the link counts as the user's", async ({ scene }) => {
    await babylon.ImportMeshAsync(await withTextures(RED), scene, { pluginExtension: ".glb" });
    const hero = scene.getMeshByName("hero") as Mesh;
    const material = hero.material as PBRMaterial;
    material.roughness = 0.25;
    const swapper = createSwapper(babylon, scene);
    assert.is(swapper.link(scene.getMeshByName("__root__") as Mesh, HERO_UUID), hero);
    await swapper.swap(HERO_UUID, await withTextures(BLUE));
    assert.is(hero.material, material);
    assert.is(material.roughness, 0.25);
    assert.equal(fileOf(material.albedoTexture), [...BLUE]);
  });

  test("a variant's fields follow the GLB where the user has not changed them", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero, material } = await placeHero();
    const variant = material.clone("variant");
    variant.roughness = 0.25;
    hero.clone("twin").material = variant;
    // A mesh of its own, which is brought up to date after the others.
    const single = (await swapper.place(HERO_UUID, await heroGlb())).node as Mesh;
    const own = material.clone("own");
    single.material = own;
    for (const metallic of [1, 0.5]) {
      const glb = await withMaterial((next) =>
        next.setMetallicFactor(metallic).setRoughnessFactor(1 - metallic),
      );
      await swapper.swap(HERO_UUID, glb);
      assert.equal(
        [material, variant, own].map((each) => each.metallic),
        [metallic, metallic, metallic],
      );
      assert.equal(
        [material, variant, own].map((each) => each.roughness),
        [1 - metallic, 0.25, 1 - metallic],
      );
    }
    assert.ok(scene.materials.includes(own));
  });

  test("materials between which a game changes are up to date when they are shown again", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero, material } = await placeHero({ glb: await withTextures(RED) });
    const hurt = material.clone("hurt");
    const both = new babylon.MultiMaterial("both", scene);
    both.subMaterials = [material];
    for (const shown of [new babylon.PBRMaterial("flash", scene), both]) {
      hero.material = shown;
      for (const colour of [BLUE, RED]) {
        await swapper.swap(HERO_UUID, await withTextures(colour));
        assert.is(hero.material, shown);
        assert.equal(fileOf(material.albedoTexture), [...colour]);
        assert.equal(fileOf(hurt.albedoTexture), [...colour]);
      }
    }
  });

  test.run();
}
