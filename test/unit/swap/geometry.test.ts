import * as assert from "uvu/assert";
import { HERO_UUID, sceneSuite } from "../../helpers/scene-suite.ts";
import { BABYLON_PACKAGES, heroGlb } from "../../helpers/swap-scene.ts";

const heightOf = (mesh: { getBoundingInfo(): { maximum: { y: number } } }) =>
  mesh.getBoundingInfo().maximum.y;

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = sceneSuite(`swap/geometry on ${name}`, babylon);

  test("all triangles of the new mesh are drawn, be they more or fewer", async ({ placeHero }) => {
    const { swapper, hero } = await placeHero();
    for (const triangles of [4, 50, 3, 70_000]) {
      await swapper.swap(HERO_UUID, await heroGlb({ triangles }));
      assert.is(hero.getTotalVertices(), 3 * triangles);
      assert.is(hero.subMeshes.length, 1);
      assert.is(hero.subMeshes[0].indexCount, 3 * triangles);
      assert.is(hero.subMeshes[0].verticesCount, 3 * triangles);
      assert.ok(hero.isVerticesDataPresent("color"));
    }
  });

  test("instances and clones follow, and go on sharing one geometry", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero } = await placeHero();
    const instance = hero.createInstance("hero 2");
    instance.position.x = 5;
    const clone = hero.clone("hero 3");
    await swapper.swap(HERO_UUID, await heroGlb({ height: 4, triangles: 9 }));
    assert.equal(hero.instances, [instance]);
    assert.is(instance.sourceMesh, hero);
    assert.is(instance.position.x, 5);
    assert.is(instance.getTotalVertices(), 27);
    assert.is(instance.subMeshes[0].indexCount, 27);
    assert.equal([instance, clone].map(heightOf), [4, 4]);
    assert.is(clone.geometry, hero.geometry);
    assert.is(scene.geometries.length, 1);
  });

  test("thin instances keep the arrays a game writes to", async ({ placeHero }) => {
    const { swapper, hero } = await placeHero();
    const matrices = new Float32Array(32);
    babylon.Matrix.Identity().copyToArray(matrices, 0);
    babylon.Matrix.Translation(0, 10, 0).copyToArray(matrices, 16);
    hero.thinInstanceSetBuffer("matrix", matrices, 16, false);
    const moods = new Float32Array([0.25, 0.75]);
    hero.thinInstanceSetBuffer("mood", moods, 1, false);
    await swapper.swap(HERO_UUID, await heroGlb({ height: 3 }));
    assert.is(hero.thinInstanceCount, 2);
    assert.is(hero.getVertexBuffer("world0")?.getData(), matrices);
    assert.not(hero.getVertexBuffer("world3")?.isDisposed);
    assert.is(hero.getVertexBuffer("mood")?.getData(), moods);
    assert.is(heightOf(hero), 13);
  });

  test("a geometry that something else still uses is left alone", async ({ scene, placeHero }) => {
    const { swapper, hero } = await placeHero();
    const collider = new babylon.Mesh("collider", scene);
    hero.geometry?.applyToMesh(collider);
    await swapper.swap(HERO_UUID, await heroGlb({ height: 3 }));
    assert.is(heightOf(collider), 1);
    assert.is(collider.getTotalVertices(), 12);
  });

  test.run();
}
