import * as assert from "uvu/assert";
import { SwapError } from "../../../editor-ui/swap/swap-error.ts";
import { rejection, rejectionOf } from "../../helpers/rejection.ts";
import { HERO_UUID, sceneSuite } from "../../helpers/scene-suite.ts";
import {
  addTexture,
  BABYLON_PACKAGES,
  countEverything,
  heroGlb,
  plainPng,
} from "../../helpers/swap-scene.ts";

const heightOf = (mesh: { getBoundingInfo(): { maximum: { y: number } } }) =>
  mesh.getBoundingInfo().maximum.y;

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = sceneSuite(`swap/load on ${name}`, babylon);

  test("a load that fails says why and leaves the former mesh", async ({ scene, placeHero }) => {
    const { swapper, hero } = await placeHero();
    const whole = await heroGlb({
      edit: (document) => {
        addTexture(document, "BaseColor", plainPng(255, 0, 0));
        addTexture(document, "Normal", plainPng(128, 128, 255));
      },
    });
    const withoutMesh = await heroGlb({
      edit: (document) => document.getRoot().listNodes()[0].setMesh(null),
    });
    const before = await countEverything(scene);
    const { geometry } = hero;
    for (const glb of [
      new Uint8Array(0),
      new Uint8Array(64),
      whole.slice(0, whole.length / 2),
      broken(whole, '"bufferView":0', '"bufferView":9'),
      // The loader finds out when it already has the first texture.
      broken(whole, '"source":1', '"source":9'),
      withoutMesh,
    ]) {
      const error = await rejectionOf(SwapError, swapper.swap(HERO_UUID, glb));
      assert.is(error.code, "unreadable");
      assert.match(error.message, /^asset 7d9f2c1e: .+ — .+$/);
    }
    assert.is(hero.geometry, geometry);
    assert.is(hero.getTotalVertices(), 12);
    const { contextObservers, ...after } = await countEverything(scene);
    assert.equal({ ...after, contextObservers: before.contextObservers }, before);
    // Babylon keeps the (empty) container of a load that failed within its loader.
    assert.is(contextObservers, before.contextObservers + 2);
    assert.is(await swapper.swap(HERO_UUID, await heroGlb({ height: 2 })), "in-place");
    assert.is(heightOf(hero), 2);
  });

  test("what a host prepares is awaited; what it throws ends the swap and leaves nothing", async ({
    scene,
    placeHero,
  }) => {
    let reason: Error | undefined;
    const { swapper, hero } = await placeHero({
      prepare: async ({ meshes }) => {
        await Promise.resolve();
        assert.not(scene.meshes.includes(meshes[1]));
        if (reason) throw reason;
      },
    });
    const before = await countEverything(scene);
    reason = new Error("no room for the textures");
    assert.is(await rejection(swapper.swap(HERO_UUID, await heroGlb({ height: 2 }))), reason);
    assert.is(heightOf(hero), 1);
    assert.equal(await countEverything(scene), before);
  });

  test("an open Inspector validates what the game loads, not what is swapped in", async ({
    placeHero,
  }) => {
    const { OnPluginActivatedObservable } = babylon.SceneLoader;
    const ofGame = { name: "gltf", extensionOptions: {}, validate: false };
    const loaders: object[] = [];
    const asInspector = OnPluginActivatedObservable.add((loader) => {
      Object.assign(loader, { validate: true });
      loaders.push(loader);
      if (loaders.length === 1) OnPluginActivatedObservable.notifyObservers(ofGame as never);
    });
    await placeHero();
    asInspector.remove(true);
    assert.equal(
      loaders.map((loader) => Reflect.get(loader, "validate")),
      [false, true],
    );
    assert.is(loaders[1], ofGame);
    assert.is(OnPluginActivatedObservable.hasObservers(), false);
  });

  test.run();
}

/** The GLB with other JSON of the same length. */
function broken(glb: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(glb).toString("latin1");
  assert.ok(text.includes(from));
  return Uint8Array.from(Buffer.from(text.replace(from, to), "latin1"));
}
