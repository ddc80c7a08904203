import type { AbstractEngine, Mesh, Scene } from "@babylonjs/core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ClientError } from "../../../editor-ui/client/client-error.ts";
import {
  createLiveScene,
  type LiveScene,
  type LiveSceneOptions,
} from "../../../editor-ui/client/live-scene.ts";
import { bridgeTo } from "../../../editor-ui/client/scene-bridge.ts";
import { type FakeClient, fakeClient } from "../../helpers/fake-client.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { assetOf, hashOf, resultOf, uuidOf } from "../../helpers/service-data.ts";
import {
  BABYLON_PACKAGES,
  countEverything,
  heroGlb,
  nullEngine,
} from "../../helpers/swap-scene.ts";

const HERO = uuidOf(1);

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = suite(`client/live-scene on ${name}`);
  let engine: AbstractEngine;
  let scene: Scene;
  let client: FakeClient;
  let problems: string[];

  test.before(() => {
    engine = nullEngine(babylon);
  });
  test.before.each(() => {
    scene = new babylon.Scene(engine);
    client = fakeClient();
    problems = [];
  });
  test.after.each(() => scene.dispose());
  test.after(() => engine.dispose());

  const open = (options: Partial<LiveSceneOptions> = {}): LiveScene =>
    createLiveScene({
      babylon: babylon as unknown as LiveSceneOptions["babylon"],
      scene,
      client,
      onProblem: (message) => problems.push(message),
      ...options,
    });
  /** The hero as it is with a mesh that is `height` metres high. */
  const hero = (height: number) => assetOf(1, "hero", { result: resultOf(hashOf(height)) });
  /** The service has made the hero anew. */
  const make = async (height: number) => {
    client.meshes.set(HERO, await heroGlb({ height }));
    return hero(height);
  };
  const heightOf = (node: unknown) => (node as Mesh).getBoundingInfo().maximum.y;
  const heights = (live: LiveScene) => live.find(HERO).map(heightOf);
  const shown = (live: LiveScene) => live.find(HERO).map((node) => node.metadata.maquette.sha256);
  const until = (live: LiveScene, holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!holds()) return;
        unsubscribe();
        resolve();
      };
      const unsubscribe = live.subscribe(check);
      check();
    });
  const untilHeight = (live: LiveScene, height: number) =>
    until(live, () => heights(live).every((each) => each === height));
  const untilProblem = async (count = 1) => {
    while (problems.length < count) await new Promise(setImmediate);
  };
  /** Long enough for all that is under way to end: loads here take timers of no delay. */
  const settled = async () => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve));
  };

  test("a placed mesh notes what it shows, and is exchanged when there is a newer one", async () => {
    client.hello(await make(1));
    const live = open();
    const { node, root } = await live.place(HERO, { position: { x: 1, y: 2, z: 3 } });
    assert.equal(root.position.asArray(), [1, 2, 3]);
    assert.equal(node.metadata.maquette, { uuid: HERO, sha256: hashOf(1) });
    client.news(await make(2));
    await until(live, () => shown(live)[0] === hashOf(2));
    assert.equal(live.find(HERO), [node]);
    assert.equal(heights(live), [2]);
    assert.equal(problems, []);
  });

  test("news that leaves the mesh as it is loads nothing", async () => {
    client.hello(await make(1));
    const live = open();
    await live.place(HERO);
    client.fetched.length = 0;
    client.news(assetOf(1, "hero", { state: "working", result: resultOf(hashOf(1)) }));
    client.news(hero(1));
    client.hello(hero(1));
    await settled();
    assert.equal(client.fetched, []);
  });

  test("of ten changes in a row only the last is loaded, after the one under way", async () => {
    client.hello(await make(1));
    const live = open();
    await live.place(HERO);
    client.fetched.length = 0;
    for (let height = 2; height <= 11; height++) client.news(await make(height));
    await untilHeight(live, 11);
    await settled();
    assert.equal(shown(live), [hashOf(11)]);
    assert.ok(client.fetched.length <= 2, `${client.fetched.length} loads`);
  });

  test("a mesh that changes while it is fetched is fetched again", async () => {
    client.hello(await make(1));
    const live = open();
    await live.place(HERO);
    client.meshes.set(HERO, async () => {
      client.news(await make(3));
      return await heroGlb({ height: 2 });
    });
    client.news(hero(2));
    await until(live, () => shown(live)[0] === hashOf(3));
    assert.equal(heights(live), [3]);
  });

  test("a scene that was saved catches up, and what is still the newest is not loaded", async () => {
    client.hello(await make(1));
    const placing = open();
    await placing.place(HERO);
    placing.dispose();
    const saved = JSON.stringify(babylon.SceneSerializer.Serialize(scene));
    const reopen = async () => {
      const opened = new babylon.Scene(engine);
      await babylon.AppendSceneAsync(`data:${saved}`, opened, { pluginExtension: ".babylon" });
      client.fetched.length = 0;
      return { opened, live: open({ scene: opened }) };
    };
    const unchanged = await reopen();
    await settled();
    assert.equal(client.fetched, []);
    unchanged.opened.dispose();

    client.change({ connection: "lost" });
    const stale = await reopen();
    client.hello(await make(2));
    await untilHeight(stale.live, 2);
    stale.opened.dispose();
  });

  test("clones follow one by one, instances with their mesh; none is loaded twice", async () => {
    client.hello(await make(1));
    const live = open();
    const { node } = await live.place(HERO);
    const instance = (node as Mesh).createInstance("instance");
    (node as Mesh).clone("clone");
    client.fetched.length = 0;
    client.news(await make(2));
    await untilHeight(live, 2);
    assert.is(live.find(HERO).length, 2);
    assert.is(heightOf(instance), 2);
    assert.is(client.fetched.length, 1);
  });

  test("two that keep one scene in step, as two Inspectors do, end with the newest mesh and leave nothing", async () => {
    const lives = [open(), open()];
    client.hello(await make(1));
    await lives[0].place(HERO);
    await settled();
    const before = await countEverything(scene);
    for (const height of [2, 3]) {
      client.news(await make(height));
      await Promise.all(lives.map((live) => untilHeight(live, height)));
    }
    await settled();
    assert.equal(heights(lives[1]), [3]);
    assert.equal(shown(lives[1]), [hashOf(3)]);
    assert.equal(await countEverything(scene), before);
    lives[0].dispose();
    client.news(await make(4));
    await untilHeight(lives[1], 4);
    assert.equal(problems, []);
  });

  test("a clone that is linked to another asset leaves its original what it was", async () => {
    client.hello(await make(1), assetOf(2, "villain", { result: resultOf(hashOf(2)) }));
    client.meshes.set(uuidOf(2), await heroGlb({ height: 2 }));
    const live = open();
    const { node } = await live.place(HERO);
    const clone = (node as Mesh).clone("villain");
    live.link(clone, uuidOf(2));
    await until(live, () => heightOf(clone) === 2);
    assert.equal(live.find(HERO), [node]);
    assert.equal(live.find(uuidOf(2)), [clone]);
    assert.is(heightOf(node), 1);
  });

  test("a linked mesh is exchanged, unless it is known to be the newest", async () => {
    client.hello(await make(3));
    const live = open();
    const load = async () => {
      const container = await babylon.LoadAssetContainerAsync(await heroGlb(), scene, {
        pluginExtension: ".glb",
      });
      container.addAllToScene();
      return container.meshes[1];
    };
    const known = await load();
    assert.is(live.link(known, HERO, hashOf(3)), known);
    await settled();
    assert.equal(client.fetched, []);
    const unknown = await load();
    live.link(unknown, HERO);
    await until(live, () => heightOf(unknown) === 3);
  });

  test("a mesh that cannot be had is told once; the former stays until there is another", async () => {
    client.hello(await make(1));
    const live = open();
    await live.place(HERO);
    client.meshes.set(HERO, new ClientError("unreachable", "service: gone — start it"));
    client.news(hero(2));
    await untilProblem();
    client.news(hero(2));
    client.news(hero(3));
    await settled();
    assert.equal(problems, ["service: gone — start it"]);
    assert.equal([heights(live), shown(live)], [[1], [hashOf(1)]]);
    client.news(await make(4));
    await untilHeight(live, 4);
  });

  test("bytes that are no GLB are told in the picture's name, and tried again after a reconnection", async () => {
    client.hello(await make(1));
    const live = open();
    await live.place(HERO);
    client.meshes.set(HERO, new Uint8Array(64));
    client.news(hero(2));
    await untilProblem();
    assert.match(problems[0], /^art\/hero\.png: these 64 bytes are no complete GLB — /);
    assert.equal(heights(live), [1]);
    client.change({ connection: "lost" });
    client.hello(await make(2));
    await untilHeight(live, 2);
    assert.is(problems.length, 1);
  });

  test("nothing is loaded while the connection is lost", async () => {
    client.hello(await make(1));
    const live = open();
    await live.place(HERO);
    client.fetched.length = 0;
    client.change({ connection: "lost", assets: new Map([[HERO, hero(2)]]) });
    await settled();
    assert.equal(client.fetched, []);
  });

  test("new assets are placed once they are ready, each once, and not what is there already", async () => {
    const [ready, working, late] = [1, 2, 3].map((i) => assetOf(i, `hero ${i}`));
    for (const { uuid } of [ready, working, late]) client.meshes.set(uuid, await heroGlb());
    const asked: string[] = [];
    client.hello(ready, { ...working, state: "working" });
    const live = open({
      placeNew: ({ uuid }) => {
        asked.push(uuid);
        return uuid === late.uuid ? undefined : { position: { x: asked.length, y: 0, z: 0 } };
      },
    });
    await until(live, () => live.find(ready.uuid).length === 1);
    await settled();
    assert.equal(asked, [ready.uuid]);
    client.news(working, late);
    await until(live, () => live.find(working.uuid).length === 1);
    client.hello(ready, working, late);
    await settled();
    assert.equal(asked, [ready.uuid, working.uuid, late.uuid]);
    assert.equal(
      [ready, working, late].map(({ uuid }) => live.find(uuid).length),
      [1, 1, 0],
    );
  });

  test("what the user deleted is not placed again, be it made anew", async () => {
    const makingHero = assetOf(1, "hero", { state: "working", result: resultOf(hashOf(1)) });
    client.meshes.set(HERO, await heroGlb());
    client.hello(makingHero);
    const live = open({ placeNew: () => ({}) });
    const { root } = await live.place(HERO);
    await settled();
    root.dispose();
    client.news(await make(2));
    client.hello(hero(2));
    await settled();
    assert.equal(live.find(HERO), []);
    assert.is(scene.meshes.length, 0);
  });

  test("a new asset that cannot be placed is tried again after a reconnection", async () => {
    client.meshes.set(HERO, new Error("no way"));
    client.hello(hero(1));
    const live = open({ placeNew: () => ({}) });
    await untilProblem();
    await settled();
    assert.equal(client.fetched, [HERO]);
    client.change({ connection: "lost" });
    client.hello(await make(1));
    await until(live, () => live.find(HERO).length === 1);
    assert.equal(problems, ["no way"]);
  });

  test("an asset without a mesh, or an unknown one, cannot be placed", async () => {
    const { result: _, ...waiting } = assetOf(1, "hero", { state: "waiting" });
    client.hello(waiting);
    const live = open();
    const error = await rejectionOf(ClientError, live.place(HERO));
    assert.is(error.code, "no-mesh");
    assert.match(error.message, /^art\/hero\.png: .* — /);
    assert.is((await rejectionOf(ClientError, live.place(uuidOf(9)))).code, "no-mesh");
  });

  test("listeners hear of nodes that come, go or change, once for many", async () => {
    client.hello(await make(1));
    const live = open();
    const { node, root } = await live.place(HERO);
    await settled();
    const counts: number[] = [];
    live.subscribe(() => counts.push(live.find(HERO).length));
    for (let i = 0; i < 5; i++) (node as Mesh).clone(`clone ${i}`);
    await settled();
    assert.equal(counts, [6]);
    root.dispose();
    await settled();
    assert.equal(counts, [6, 0]);
  });

  test("a node that is disposed while its mesh is fetched is not missed", async () => {
    client.hello(await make(1));
    const live = open();
    const { root } = await live.place(HERO);
    client.meshes.set(HERO, async () => {
      root.dispose(false, true);
      return await heroGlb({ height: 2 });
    });
    client.news(hero(2));
    await until(live, () => live.find(HERO).length === 0);
    await settled();
    assert.is(scene.meshes.length + scene.geometries.length + scene.materials.length, 0);
    assert.equal(problems, []);
  });

  for (const [what, end] of [
    ["dispose", (live: LiveScene) => live.dispose()],
    ["the end of the scene", () => scene.dispose()],
  ] as const) {
    test(`after ${what} nothing is loaded or told, and what was under way is given up`, async () => {
      client.hello(await make(1));
      const live = open({ placeNew: () => ({}) });
      await until(live, () => shown(live)[0] === hashOf(1));
      const { geometry } = live.find(HERO)[0] as Mesh;
      const fetching = new Promise<void>((resolve) => {
        client.meshes.set(HERO, async () => {
          resolve();
          return await heroGlb({ height: 2 });
        });
      });
      client.news(hero(2));
      await fetching;
      end(live);
      client.fetched.length = 0;
      client.news(hero(3), assetOf(2, "villain"));
      await settled();
      assert.equal([client.fetched, problems], [[], []]);
      if (what === "dispose") assert.is((live.find(HERO)[0] as Mesh).geometry, geometry);
    });
  }

  test("dispose takes away all that watches the scene", async () => {
    const watchers = () =>
      [
        scene.onDisposeObservable,
        scene.onNewMeshAddedObservable,
        scene.onMeshRemovedObservable,
        scene.onNewTransformNodeAddedObservable,
        scene.onTransformNodeRemovedObservable,
      ].map(({ observers }) => observers.length);
    const before = watchers();
    open().dispose();
    await countEverything(scene);
    assert.equal(watchers(), before);
  });

  test("the end of the scene is heard by whoever listens after the live scene", () => {
    open();
    let isTold = false;
    scene.onDisposeObservable.add(() => {
      isTold = true;
    });
    scene.dispose();
    assert.ok(isTold);
  });

  test("the bridge to a panel places, counts and tells", async () => {
    client.hello(await make(1));
    const bridge = bridgeTo(open());
    let changes = 0;
    const unsubscribe = bridge.subscribe(() => changes++);
    await bridge.place(hero(1));
    await settled();
    assert.is(bridge.countPlaced(hero(1)), 1);
    assert.ok(changes > 0);
    unsubscribe();
  });

  test.run();
}
