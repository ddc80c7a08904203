import * as assert from "uvu/assert";
import { HERO_UUID, sceneSuite } from "../../helpers/scene-suite.ts";
import { addShield, BABYLON_PACKAGES, heroGlb } from "../../helpers/swap-scene.ts";

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = sceneSuite(`swap/refresh on ${name}`, babylon);

  test("a frozen mesh keeps its place, and so do its bounds", async ({ placeHero }) => {
    const { swapper, hero } = await placeHero();
    const instance = hero.createInstance("hero 2");
    instance.position.y = 5;
    hero.position.y = 7;
    for (const mesh of [hero, instance]) mesh.freezeWorldMatrix();
    await swapper.swap(HERO_UUID, await heroGlb({ height: 2 }));
    assert.ok(hero.isWorldMatrixFrozen);
    assert.equal(
      [hero, instance].map((mesh) => mesh.getBoundingInfo().boundingBox.maximumWorld.y),
      [9, 7],
    );
  });

  test("in a scene of frozen active meshes the new triangles are drawn, and instances of them", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero } = await placeHero();
    hero.createInstance("hero 2");
    new babylon.FreeCamera("camera", new babylon.Vector3(0, 1, -9), scene);
    await new Promise<void>((resolve) => {
      scene.freezeActiveMeshes(true, resolve);
      scene.render();
    });
    const indicesDrawn = async () => {
      await scene.whenReadyAsync();
      // More than one, as the first after a change is evaluated anew.
      for (let i = 0; i < 3; i++) scene.render();
      return scene.getActiveIndices();
    };
    assert.is(await indicesDrawn(), 2 * 12);
    await swapper.swap(HERO_UUID, await heroGlb({ triangles: 9 }));
    assert.is(await indicesDrawn(), 2 * 27);
    await swapper.place("another", await heroGlb());
    assert.is(await indicesDrawn(), 2 * 27 + 12);
    await swapper.swap(HERO_UUID, await heroGlb({ edit: addShield }));
    assert.is(await indicesDrawn(), 2 * 2 * 12 + 12);
    assert.ok(scene._activeMeshesFrozen);
  });

  test("a scene's octree has what was placed, what grew and what became parts", async ({
    scene,
    placeHero,
  }) => {
    for (const x of [-50, -25, 25, 50]) {
      babylon.MeshBuilder.CreateBox("rock", {}, scene).position.set(x, 0, x);
    }
    const octree = scene.createOrUpdateSelectionOctree(1, 4);
    const { swapper, hero } = await placeHero();
    const ray = (y: number) =>
      new babylon.Ray(new babylon.Vector3(-0.5, y, -100), new babylon.Vector3(0, 0, 1));
    const met = (y: number) => {
      const { data, length } = octree.intersectsRay(ray(y));
      return data.slice(0, length);
    };
    assert.ok(met(0.5).includes(hero));
    await swapper.swap(HERO_UUID, await heroGlb({ height: 80 }));
    assert.ok(met(70).includes(hero));
    await swapper.swap(HERO_UUID, await heroGlb({ edit: addShield }));
    for (const part of hero.getChildMeshes()) assert.ok(met(0.5).includes(part));
  });

  test("what Babylon has worked out from the former triangles is worked out anew", async ({
    placeHero,
  }) => {
    const { swapper, hero } = await placeHero();
    hero.updateFacetData();
    hero.createOrUpdateSubmeshesOctree();
    await swapper.swap(HERO_UUID, await heroGlb({ triangles: 9 }));
    assert.is(hero.facetNb, 9);
    const inOctree = hero._submeshesOctree.blocks.flatMap(({ entries }) => entries);
    assert.is(new Set(inOctree).size, 1);
    assert.is(inOctree[0], hero.subMeshes[0]);
  });

  test("shadows that are rendered once are rendered again", async ({ scene, placeHero }) => {
    const { swapper, hero } = await placeHero();
    new babylon.FreeCamera("camera", new babylon.Vector3(0, 1, -9), scene);
    const light = new babylon.DirectionalLight("sun", new babylon.Vector3(0, -1, 0), scene);
    const shadows = new babylon.ShadowGenerator(64, light);
    shadows.addShadowCaster(hero);
    const map = shadows.getShadowMap();
    if (!map) throw new Error("a generator has a map");
    map.refreshRate = babylon.RenderTargetTexture.REFRESHRATE_RENDER_ONCE;
    assert.ok(map._shouldRender());
    assert.not(map._shouldRender());
    await swapper.swap(HERO_UUID, await heroGlb({ height: 2 }));
    assert.ok(map._shouldRender());
    assert.not(map._shouldRender());
  });

  test.run();
}
