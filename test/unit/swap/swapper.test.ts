import { fileURLToPath } from "node:url";
import type { Mesh } from "@babylonjs/core";
import { build } from "esbuild";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SwapError } from "../../../editor-ui/swap/swap-error.ts";
import { createSwapper } from "../../../editor-ui/swap/swapper.ts";
import { rejection, rejectionOf } from "../../helpers/rejection.ts";
import { HERO_UUID, sceneSuite } from "../../helpers/scene-suite.ts";
import {
  addTexture,
  BABYLON_PACKAGES,
  countEverything,
  heroGlb,
  plainPng,
} from "../../helpers/swap-scene.ts";

const SWAPS = 200;

const heightOf = (mesh: { getBoundingInfo(): { maximum: { y: number } } }) =>
  mesh.getBoundingInfo().maximum.y;

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = sceneSuite(`swap/swapper on ${name}`, babylon);

  test("a mesh is placed under a parent at a position, named after the asset", async ({
    scene,
  }) => {
    const parent = new babylon.TransformNode("stage", scene);
    const swapper = createSwapper(babylon, scene);
    const position = { x: 1, y: 2, z: 3 };
    const { root, node } = await swapper.place(HERO_UUID, await heroGlb(), { parent, position });
    assert.is(root.parent, parent);
    assert.equal(root.position.asArray(), [1, 2, 3]);
    assert.is(root.name, "hero.glb");
    assert.is(node.name, "hero");
    assert.equal(node.metadata, { maquette: { uuid: HERO_UUID } });
    assert.equal(swapper.find(HERO_UUID), [node]);
    assert.equal(swapper.find("another"), []);
  });

  test("an asset placed twice has ids of its own, and both get the new mesh", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero } = await placeHero();
    const second = (await swapper.place(HERO_UUID, await heroGlb())).node as Mesh;
    const entities = [...scene.meshes, ...scene.materials, ...scene.geometries];
    assert.is(new Set(entities.map(({ id }) => id)).size, entities.length);
    assert.is(await swapper.swap(HERO_UUID, await heroGlb({ height: 3 })), "in-place");
    assert.equal([hero, second].map(heightOf), [3, 3]);
    assert.is.not(hero.geometry, second.geometry);
    assert.is(scene.geometries.length, 2);
  });

  test("the node keeps identity, transform, parent, name, metadata and attachments", async ({
    scene,
    placeHero,
  }) => {
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

    assert.is(
      await swapper.swap(HERO_UUID, await heroGlb({ height: 2, triangles: 9 })),
      "in-place",
    );
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

  test("of ten rapid regenerations the last one stays, and most are never loaded", async ({
    scene,
    placeHero,
  }) => {
    let loads = 0;
    const { swapper, hero } = await placeHero({ prepare: () => void loads++ });
    loads = 0;
    const glbs = await Promise.all(
      Array.from({ length: 10 }, (_, i) => heroGlb({ height: 2 + i })),
    );
    const first = swapper.swap(HERO_UUID, glbs[0]);
    // The first is being loaded when the others arrive.
    await Promise.resolve();
    const outcomes = await Promise.all([
      first,
      ...glbs.slice(1).map((glb) => swapper.swap(HERO_UUID, glb)),
    ]);
    assert.equal(outcomes, ["in-place", ...Array(8).fill("superseded"), "in-place"]);
    assert.is(loads, 2);
    assert.is(heightOf(hero), 11);
    assert.is(scene.geometries.length, 1);
  });

  test("a newer swap that fails does not take back an older one", async ({ placeHero }) => {
    const { swapper, hero } = await placeHero();
    const good = swapper.swap(HERO_UUID, await heroGlb({ height: 2 }));
    await Promise.resolve();
    const bad = rejection(swapper.swap(HERO_UUID, new Uint8Array(64)));
    assert.is(await good, "in-place");
    assert.instance(await bad, SwapError);
    assert.is(heightOf(hero), 2);
  });

  test(`${SWAPS} swaps of textured meshes leave nothing behind`, async ({ scene, placeHero }) => {
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
    await swapper.swap(HERO_UUID, glbs[0]);
    const before = await countEverything(scene);
    for (let i = 1; i <= SWAPS; i++) await swapper.swap(HERO_UUID, glbs[i % 2].slice());
    assert.equal(await countEverything(scene), before);
    assert.is(hero.getTotalVertices(), 12);
  });

  test("a node that is disposed while its mesh loads is not missed", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, root } = await placeHero({
      prepare: () => {
        if (scene.meshes.length > 0) root.dispose(false, true);
      },
    });
    const before = (await countEverything(scene)).contextObservers;
    assert.is(await swapper.swap(HERO_UUID, await heroGlb({ height: 2 })), "absent");
    assert.is(scene.meshes.length + scene.geometries.length + scene.materials.length, 0);
    assert.is((await countEverything(scene)).contextObservers, before);
  });

  test("a node that appears while the mesh loads gets it too", async ({ placeHero }) => {
    let hasCopied = true;
    const placed = await placeHero({
      prepare: () => {
        if (!hasCopied) placed.hero.clone("copy").makeGeometryUnique();
        hasCopied = true;
      },
    });
    hasCopied = false;
    await placed.swapper.swap(HERO_UUID, await heroGlb({ height: 2 }));
    assert.equal(
      placed.swapper.find(HERO_UUID).map((node) => heightOf(node as Mesh)),
      [2, 2],
    );
  });

  test("an asset that is nowhere in the scene is not loaded", async ({ placeHero }) => {
    const { swapper } = await placeHero();
    assert.is(await swapper.swap("another", new Uint8Array(64)), "absent");
  });

  test("after dispose the mesh stays, swaps are superseded and nothing is placed", async ({
    scene,
    placeHero,
  }) => {
    const { swapper, hero } = await placeHero();
    const before = await countEverything(scene);
    const running = swapper.swap(HERO_UUID, await heroGlb({ height: 2 }));
    await Promise.resolve();
    swapper.dispose();
    swapper.dispose();
    assert.is(await running, "superseded");
    assert.is(await swapper.swap(HERO_UUID, await heroGlb({ height: 3 })), "superseded");
    const error = await rejectionOf(SwapError, swapper.place(HERO_UUID, await heroGlb()));
    assert.is(error.code, "closed");
    assert.is(heightOf(hero), 1);
    assert.equal(await countEverything(scene), before);
  });

  test("dispose takes away what watches the scene", async ({ scene }) => {
    const watchers = () => scene.onDisposeObservable.observers.length;
    const before = watchers();
    createSwapper(babylon, scene).dispose();
    await countEverything(scene);
    assert.is(watchers(), before);
  });

  test("a scene that is disposed while a mesh loads ends the swap quietly", async ({
    scene,
    placeHero,
  }) => {
    const { swapper } = await placeHero();
    const running = swapper.swap(HERO_UUID, await heroGlb({ height: 2 }));
    await Promise.resolve();
    scene.dispose();
    assert.is(await running, "superseded");
  });

  test.run();
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
