import { fileURLToPath } from "node:url";
import type { AbstractEngine, Mesh, PBRMaterial, Scene } from "@babylonjs/core";
import { build } from "esbuild";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SwapError } from "../../../editor-ui/swap/swap-error.ts";
import { createSwapper, type SwapperOptions } from "../../../editor-ui/swap/swapper.ts";
import { rejection, rejectionOf } from "../../helpers/rejection.ts";
import {
  addTexture,
  BABYLON_PACKAGES,
  countEverything,
  heroGlb,
  nullEngine,
  plainPng,
} from "../../helpers/swap-scene.ts";

const UUID = "7d9f2c1e";
const SWAPS = 200;

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = suite(`swap/swapper on ${name}`);
  let engine: AbstractEngine;
  let scene: Scene;

  test.before(() => {
    engine = nullEngine(babylon);
  });
  test.before.each(() => {
    scene = new babylon.Scene(engine);
  });
  test.after.each(() => scene.dispose());
  test.after(() => engine.dispose());

  /** A swapper and the hero it has placed. */
  async function placeHero(options: SwapperOptions = {}) {
    const swapper = createSwapper(babylon, scene, options);
    const { root, node } = await swapper.place(UUID, await heroGlb());
    return { swapper, root, hero: node as Mesh };
  }

  const heightOf = (mesh: { getBoundingInfo(): { maximum: { y: number } } }) =>
    mesh.getBoundingInfo().maximum.y;

  test("a mesh is placed under a parent at a position, named after the asset", async () => {
    const parent = new babylon.TransformNode("stage", scene);
    const swapper = createSwapper(babylon, scene);
    const position = { x: 1, y: 2, z: 3 };
    const { root, node } = await swapper.place(UUID, await heroGlb(), { parent, position });
    assert.is(root.parent, parent);
    assert.equal(root.position.asArray(), [1, 2, 3]);
    assert.is(root.name, "hero.glb");
    assert.is(node.name, "hero");
    assert.equal(node.metadata, { maquette: { uuid: UUID } });
    assert.equal(swapper.find(UUID), [node]);
    assert.equal(swapper.find("another"), []);
  });

  test("an asset placed twice has ids of its own, and both get the new mesh", async () => {
    const { swapper, hero } = await placeHero();
    const second = (await swapper.place(UUID, await heroGlb())).node as Mesh;
    const entities = [...scene.meshes, ...scene.materials, ...scene.geometries];
    assert.is(new Set(entities.map(({ id }) => id)).size, entities.length);
    assert.is(await swapper.swap(UUID, await heroGlb({ height: 3 })), "in-place");
    assert.equal([hero, second].map(heightOf), [3, 3]);
    assert.is.not(hero.geometry, second.geometry);
    assert.is(scene.geometries.length, 2);
  });

  test("the node keeps identity, transform, parent, name, metadata and attachments", async () => {
    const { swapper, hero, root } = await placeHero();
    const before = { id: hero.id, uniqueId: hero.uniqueId, geometryId: hero.geometry?.id };
    hero.position.set(1, 2, 3);
    hero.rotation.set(0.1, 0.2, 0.3);
    hero.scaling.set(2, 3, 4);
    hero.setPivotPoint(new babylon.Vector3(0, 0.5, 0));
    hero.name = "the hero";
    hero.metadata.scripts = [{ key: "walk.ts" }];
    const { metadata, material } = hero;
    const child = new babylon.TransformNode("sword", scene);
    child.parent = hero;
    const lost: string[] = [];
    const script = {
      name: "walk",
      attachedNode: null,
      init: () => undefined,
      attach: () => undefined,
      detach: () => lost.push("script"),
    };
    hero.addBehavior(script);
    hero.actionManager = new babylon.ActionManager(scene);
    const body = { dispose: () => lost.push("body") };
    hero.physicsBody = body as never;
    const { actionManager } = hero;
    const matrix = hero.computeWorldMatrix(true).clone();

    assert.is(await swapper.swap(UUID, await heroGlb({ height: 2, triangles: 9 })), "in-place");
    assert.is(scene.getMeshByUniqueId(before.uniqueId), hero);
    assert.is(hero.id, before.id);
    assert.is(hero.geometry?.id, before.geometryId);
    assert.is(hero.name, "the hero");
    assert.is(hero.parent, root);
    assert.equal(hero.computeWorldMatrix(true).asArray(), matrix.asArray());
    assert.is(hero.metadata, metadata);
    assert.equal(hero.metadata.scripts, [{ key: "walk.ts" }]);
    assert.is(hero.material, material);
    assert.is(child.parent, hero);
    assert.ok(hero.behaviors.includes(script));
    assert.is(hero.actionManager, actionManager);
    assert.is(hero.physicsBody, body);
    assert.equal(lost, []);
  });

  test("all triangles of the new mesh are drawn, be they more or fewer", async () => {
    const { swapper, hero } = await placeHero();
    for (const triangles of [4, 50, 3, 70_000]) {
      await swapper.swap(UUID, await heroGlb({ triangles }));
      assert.is(hero.getTotalVertices(), 3 * triangles);
      assert.is(hero.subMeshes.length, 1);
      assert.is(hero.subMeshes[0].indexCount, 3 * triangles);
      assert.is(hero.subMeshes[0].verticesCount, 3 * triangles);
      assert.ok(hero.isVerticesDataPresent("color"));
    }
  });

  test("instances and clones follow, and go on sharing one geometry", async () => {
    const { swapper, hero } = await placeHero();
    const instance = hero.createInstance("hero 2");
    instance.position.x = 5;
    const clone = hero.clone("hero 3");
    await swapper.swap(UUID, await heroGlb({ height: 4, triangles: 9 }));
    assert.equal(hero.instances, [instance]);
    assert.is(instance.sourceMesh, hero);
    assert.is(instance.position.x, 5);
    assert.is(instance.getTotalVertices(), 27);
    assert.is(instance.subMeshes[0].indexCount, 27);
    assert.equal([instance, clone].map(heightOf), [4, 4]);
    assert.is(clone.geometry, hero.geometry);
    assert.is(scene.geometries.length, 1);
  });

  test("thin instances keep the arrays a game writes to", async () => {
    const { swapper, hero } = await placeHero();
    const matrices = new Float32Array(32);
    babylon.Matrix.Identity().copyToArray(matrices, 0);
    babylon.Matrix.Translation(0, 10, 0).copyToArray(matrices, 16);
    hero.thinInstanceSetBuffer("matrix", matrices, 16, false);
    const moods = new Float32Array([0.25, 0.75]);
    hero.thinInstanceSetBuffer("mood", moods, 1, false);
    await swapper.swap(UUID, await heroGlb({ height: 3 }));
    assert.is(hero.thinInstanceCount, 2);
    assert.is(hero.getVertexBuffer("world0")?.getData(), matrices);
    assert.not(hero.getVertexBuffer("world3")?.isDisposed);
    assert.is(hero.getVertexBuffer("mood")?.getData(), moods);
    assert.is(heightOf(hero), 13);
  });

  test("a geometry that something else still uses is left alone", async () => {
    const { swapper, hero } = await placeHero();
    const collider = new babylon.Mesh("collider", scene);
    hero.geometry?.applyToMesh(collider);
    await swapper.swap(UUID, await heroGlb({ height: 3 }));
    assert.is(heightOf(collider), 1);
    assert.is(collider.getTotalVertices(), 12);
  });

  test("links and what the user edited are known in a scene that was saved", async () => {
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
    assert.is(await swapper.swap(UUID, await heroGlb(edit)), "in-place");
    const [node] = swapper.find(UUID) as Mesh[];
    assert.is(node.position.x, 7);
    assert.is(heightOf(node), 2);
    assert.is((node.material as PBRMaterial).roughness, 0.25);
    assert.is((node.material as PBRMaterial).metallic, 1);
    opened.dispose();
  });

  test("a load that fails says why and leaves the former mesh", async () => {
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
      const error = await rejectionOf(SwapError, swapper.swap(UUID, glb));
      assert.is(error.code, "unreadable");
      assert.match(error.message, /^asset 7d9f2c1e: .+ — .+$/);
    }
    assert.is(hero.geometry, geometry);
    assert.is(hero.getTotalVertices(), 12);
    const { contextObservers, ...after } = await countEverything(scene);
    assert.equal({ ...after, contextObservers: before.contextObservers }, before);
    // Babylon keeps the (empty) container of a load that failed within its loader.
    assert.is(contextObservers, before.contextObservers + 2);
    assert.is(await swapper.swap(UUID, await heroGlb({ height: 2 })), "in-place");
    assert.is(heightOf(hero), 2);
  });

  test("of ten rapid regenerations the last one stays, and most are never loaded", async () => {
    let loads = 0;
    const { swapper, hero } = await placeHero({ prepare: () => void loads++ });
    loads = 0;
    const glbs = await Promise.all(
      Array.from({ length: 10 }, (_, i) => heroGlb({ height: 2 + i })),
    );
    const first = swapper.swap(UUID, glbs[0]);
    // The first is being loaded when the others arrive.
    await Promise.resolve();
    const outcomes = await Promise.all([
      first,
      ...glbs.slice(1).map((glb) => swapper.swap(UUID, glb)),
    ]);
    assert.equal(outcomes, ["in-place", ...Array(8).fill("superseded"), "in-place"]);
    assert.is(loads, 2);
    assert.is(heightOf(hero), 11);
    assert.is(scene.geometries.length, 1);
  });

  test("a newer swap that fails does not take back an older one", async () => {
    const { swapper, hero } = await placeHero();
    const good = swapper.swap(UUID, await heroGlb({ height: 2 }));
    await Promise.resolve();
    const bad = rejection(swapper.swap(UUID, new Uint8Array(64)));
    assert.is(await good, "in-place");
    assert.instance(await bad, SwapError);
    assert.is(heightOf(hero), 2);
  });

  test(`${SWAPS} swaps of textured meshes leave nothing behind`, async () => {
    const glbs = await Promise.all(
      [1, 2].map((height) =>
        heroGlb({
          height,
          triangles: 4 * height,
          edit: (document) => {
            addTexture(document, "BaseColor", plainPng(100 * height, 0, 0));
            addTexture(document, "Normal", plainPng(128, 128, 255));
          },
        }),
      ),
    );
    const { swapper, hero } = await placeHero();
    await swapper.swap(UUID, glbs[0]);
    const before = await countEverything(scene);
    for (let i = 1; i <= SWAPS; i++) await swapper.swap(UUID, glbs[i % 2].slice());
    assert.equal(await countEverything(scene), before);
    assert.is(hero.getTotalVertices(), 12);
  });

  test("a node that is disposed while its mesh loads is not missed", async () => {
    const { swapper, root } = await placeHero({
      prepare: () => {
        if (scene.meshes.length > 0) root.dispose(false, true);
      },
    });
    const before = (await countEverything(scene)).contextObservers;
    assert.is(await swapper.swap(UUID, await heroGlb({ height: 2 })), "absent");
    assert.is(scene.meshes.length + scene.geometries.length + scene.materials.length, 0);
    assert.is((await countEverything(scene)).contextObservers, before);
  });

  test("a node that appears while the mesh loads gets it too", async () => {
    let hasCopied = true;
    const placed = await placeHero({
      prepare: () => {
        if (!hasCopied) placed.hero.clone("copy").makeGeometryUnique();
        hasCopied = true;
      },
    });
    hasCopied = false;
    await placed.swapper.swap(UUID, await heroGlb({ height: 2 }));
    assert.equal(
      placed.swapper.find(UUID).map((node) => heightOf(node as Mesh)),
      [2, 2],
    );
  });

  test("what a host prepares is awaited; what it throws ends the swap and leaves nothing", async () => {
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
    assert.is(await rejection(swapper.swap(UUID, await heroGlb({ height: 2 }))), reason);
    assert.is(heightOf(hero), 1);
    assert.equal(await countEverything(scene), before);
  });

  test("an open Inspector validates what the game loads, not what is swapped in", async () => {
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

  test("an asset that is nowhere in the scene is not loaded", async () => {
    const { swapper } = await placeHero();
    assert.is(await swapper.swap("another", new Uint8Array(64)), "absent");
  });

  test("after dispose the mesh stays, swaps are superseded and nothing is placed", async () => {
    const { swapper, hero } = await placeHero();
    const before = await countEverything(scene);
    const running = swapper.swap(UUID, await heroGlb({ height: 2 }));
    await Promise.resolve();
    swapper.dispose();
    swapper.dispose();
    assert.is(await running, "superseded");
    assert.is(await swapper.swap(UUID, await heroGlb({ height: 3 })), "superseded");
    const error = await rejectionOf(SwapError, swapper.place(UUID, await heroGlb()));
    assert.is(error.code, "closed");
    assert.is(heightOf(hero), 1);
    assert.equal(await countEverything(scene), before);
  });

  test("dispose takes away what watches the scene", async () => {
    const watchers = () => scene.onDisposeObservable.observers.length;
    const before = watchers();
    createSwapper(babylon, scene).dispose();
    await countEverything(scene);
    assert.is(watchers(), before);
  });

  test("a scene that is disposed while a mesh loads ends the swap quietly", async () => {
    const { swapper } = await placeHero();
    const running = swapper.swap(UUID, await heroGlb({ height: 2 }));
    await Promise.resolve();
    scene.dispose();
    assert.is(await running, "superseded");
  });

  test.run();
}

/** The GLB with other JSON of the same length. */
function broken(glb: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(glb).toString("latin1");
  assert.ok(text.includes(from));
  return Uint8Array.from(Buffer.from(text.replace(from, to), "latin1"));
}

const bundleTest = suite("swap/swapper in a bundle");

bundleTest("brings no copy of Babylon along", async () => {
  const entry = fileURLToPath(new URL("../../../editor-ui/swap/swapper.ts", import.meta.url));
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
  });
  const foreign = Object.keys(metafile.inputs).filter((path) => !path.includes("editor-ui/swap/"));
  assert.equal(foreign, []);
});

bundleTest.run();
