import type { Mesh, PBRMaterial } from "@babylonjs/core";
import * as assert from "uvu/assert";
import { SwapError } from "../../../editor-ui/swap/swap-error.ts";
import { createSwapper } from "../../../editor-ui/swap/swapper.ts";
import { HERO_UUID, sceneSuite } from "../../helpers/scene-suite.ts";
import { addShield, BABYLON_PACKAGES, heroGlb } from "../../helpers/swap-scene.ts";

const heightOf = (mesh: { getBoundingInfo(): { maximum: { y: number } } }) =>
  mesh.getBoundingInfo().maximum.y;

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = sceneSuite(`swap/links on ${name}`, babylon);

  test("links and what the user edited are known in a scene that was saved", async ({
    scene,
    engine,
    placeHero,
  }) => {
    const { hero } = await placeHero();
    hero.position.x = 7;
    (hero.material as PBRMaterial).roughness = 0.25;
    const saved = JSON.stringify(babylon.SceneSerializer.Serialize(scene));
    const opened = new babylon.Scene(engine);
    await babylon.AppendSceneAsync(`data:${saved}`, opened, { pluginExtension: ".babylon" });
    const swapper = createSwapper(babylon, opened);
    const edit: Parameters<typeof heroGlb>[0] = {
      height: 2,
      edit: (document) => {
        document.getRoot().listMaterials()[0].setRoughnessFactor(0.5).setMetallicFactor(1);
      },
    };
    assert.is(await swapper.swap(HERO_UUID, await heroGlb(edit)), "in-place");
    const [node] = swapper.find(HERO_UUID) as Mesh[];
    assert.is(node.position.x, 7);
    assert.is(heightOf(node), 2);
    assert.is((node.material as PBRMaterial).roughness, 0.25);
    assert.is((node.material as PBRMaterial).metallic, 1);
    opened.dispose();
  });

  test("of an import of several meshes the root is linked, and all of it is replaced", async ({
    scene,
  }) => {
    await babylon.ImportMeshAsync(await heroGlb({ edit: addShield }), scene, {
      pluginExtension: ".glb",
    });
    const swapper = createSwapper(babylon, scene);
    const root = scene.getMeshByName("__root__") as Mesh;
    assert.is(swapper.link(root, HERO_UUID), root);
    await swapper.swap(HERO_UUID, await heroGlb({ height: 2, edit: addShield }));
    assert.is(scene.meshes.length, 3);
    assert.equal(
      root.getChildMeshes().map((mesh) => mesh.getBoundingInfo().maximum.y),
      [2, 2],
    );
  });

  test("a node whose metadata is no object cannot be linked", async ({ scene }) => {
    const swapper = createSwapper(babylon, scene);
    const spot = new babylon.TransformNode("spot", scene);
    spot.metadata = "north";
    assert.throws(
      () => swapper.link(spot, HERO_UUID),
      (error: unknown) => error instanceof SwapError && error.code === "unlinkable",
    );
    assert.is(spot.metadata, "north");
  });

  test("linking an instance links the mesh that it is an instance of", async ({ scene }) => {
    await babylon.ImportMeshAsync(await heroGlb(), scene, { pluginExtension: ".glb" });
    const hero = scene.getMeshByName("hero") as Mesh;
    const instance = hero.createInstance("hero 2");
    const root = scene.getMeshByName("__root__") as Mesh;
    instance.parent = root;
    const swapper = createSwapper(babylon, scene);
    assert.is(swapper.link(instance, HERO_UUID), hero);
    assert.is(swapper.link(root, HERO_UUID), hero);
    assert.is(await swapper.swap(HERO_UUID, await heroGlb({ height: 2 })), "in-place");
    assert.is(instance.getBoundingInfo().maximum.y, 2);
  });

  test.run();
}
