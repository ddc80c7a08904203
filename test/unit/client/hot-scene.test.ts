import * as babylon from "@babylonjs/core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ClientError } from "../../../editor-ui/client/client-error.ts";
import { createHotScene, type HotScene } from "../../../editor-ui/client/hot-scene.ts";
import { type FakeClient, fakeClient } from "../../helpers/fake-client.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { assetOf, hashOf, resultOf, uuidOf } from "../../helpers/service-data.ts";
import { heroGlb, nullEngine } from "../../helpers/swap-scene.ts";

const test = suite("client/hot-scene");

const HERO = uuidOf(1);

let engine: babylon.NullEngine;
let scene: babylon.Scene;
let client: FakeClient;
let hot: HotScene;
const said: string[] = [];
const { info } = console;

test.before(() => {
  engine = nullEngine(babylon);
});
test.before.each(() => {
  scene = new babylon.Scene(engine);
  new babylon.FreeCamera("camera", babylon.Vector3.Zero(), scene);
  client = fakeClient();
  said.length = 0;
  console.info = (message: string) => said.push(message);
});
test.after.each(() => {
  console.info = info;
  scene.dispose();
});
test.after(() => engine.dispose());

const open = (options = { linkByName: true }) => {
  hot = createHotScene(scene, client, options);
};
const hero = (height: number) => assetOf(1, "hero", { result: resultOf(hashOf(height)) });
const make = async (height: number) => {
  client.meshes.set(HERO, await heroGlb({ height }));
  return hero(height);
};
/** What a game does by itself. */
const load = async () => {
  const { meshes } = await babylon.ImportMeshAsync(await heroGlb(), scene, {
    pluginExtension: ".glb",
  });
  return meshes[1] as babylon.Mesh;
};
const heightOf = (mesh: babylon.AbstractMesh) => mesh.getBoundingInfo().maximum.y;
/** Frames and timers until nothing is under way: loads here take timers of no delay. */
const play = async () => {
  for (let i = 0; i < 20; i++) {
    scene.render();
    await new Promise((resolve) => setTimeout(resolve));
  }
};

test("a mesh that the game loaded itself follows the picture of its name", async () => {
  const mesh = await load();
  const clone = mesh.clone("enemy");
  open();
  client.hello(await make(2));
  await play();
  assert.equal([mesh, clone].map(heightOf), [2, 2]);
  assert.is(mesh.metadata.maquette.uuid, HERO);
});

test("so does one that is loaded later, and a copy of a container's", async () => {
  open();
  client.hello(await make(2));
  await play();
  const mesh = await load();
  const container = await babylon.LoadAssetContainerAsync(await heroGlb(), scene, {
    pluginExtension: ".glb",
  });
  const [root] = container.instantiateModelsToScene().rootNodes;
  const [copy] = root.getChildMeshes();
  await play();
  assert.equal([mesh, copy].map(heightOf), [2, 2]);
  container.dispose();
});

test("while the scene is loading nothing is linked", async () => {
  open();
  client.hello(await make(2));
  const mesh = await load();
  scene.addPendingData(mesh);
  await play();
  assert.is(heightOf(mesh), 1);
  scene.removePendingData(mesh);
  await play();
  assert.is(heightOf(mesh), 2);
});

test("a mesh of the name without the material, or without the geometry, is the game's own", async () => {
  open();
  client.hello(await make(2));
  const mesh = await load();
  const collider = mesh.clone("collider");
  collider.material = null;
  const box = babylon.MeshBuilder.CreateBox("hero", {}, scene);
  box.material = new babylon.PBRMaterial("wood", scene);
  await play();
  assert.is(heightOf(mesh), 2);
  assert.equal([collider.metadata?.maquette, box.metadata], [undefined, null]);
});

test("two assets of one name are not told apart: that is said once, with what to do", async () => {
  const mesh = await load();
  open();
  const twin = assetOf(2, "hero", { picture: "npc/hero.png" });
  client.hello(await make(2), twin);
  await play();
  client.news(hero(3));
  await play();
  assert.is(heightOf(mesh), 1);
  assert.is(said.length, 1);
  assert.match(
    said[0],
    /hero: 2 pictures .*\(art\/hero\.png, npc\/hero\.png\) — .*link\(node, picture\)/,
  );
  client.meshes.set(HERO, await heroGlb({ height: 3 }));
  hot.link(mesh, "art/hero.png");
  await play();
  assert.is(heightOf(mesh), 3);
});

test("names mean nothing when the game says so", async () => {
  const mesh = await load();
  open({ linkByName: false });
  client.hello(await make(2));
  await play();
  assert.is(heightOf(mesh), 1);
});

test("a picture is placed as soon as it has a mesh, and follows from then on", async () => {
  open();
  const placing = hot.place("art/hero.png", { position: { x: 1, y: 2, z: 3 } });
  const { result: _, ...waiting } = assetOf(1, "hero", { state: "waiting" });
  client.hello(waiting);
  await play();
  assert.equal([scene.meshes.length, said.length], [0, 0]);
  client.news(await make(1));
  const root = await placing;
  assert.equal(root.position.asArray(), [1, 2, 3]);
  const [mesh] = root.getChildMeshes();
  client.news(await make(2));
  await play();
  assert.is(heightOf(mesh), 2);
});

test("a picture that the project does not have is said once, and waited for", async () => {
  const mesh = await load();
  mesh.name = "nameless";
  open();
  hot.link(mesh, "art/hero.png");
  client.hello();
  client.news(assetOf(2, "villain"));
  assert.is(said.length, 1);
  assert.match(said[0], /^Maquette: art\/hero\.png: the project has no such picture — /);
  client.news(await make(2));
  await play();
  assert.is(heightOf(mesh), 2);
});

test("a node that was disposed before its picture is known is not linked", async () => {
  open();
  const mesh = await load();
  hot.link(mesh, "art/hero.png");
  mesh.dispose();
  client.hello(await make(2));
  await play();
  assert.equal([client.fetched, said], [[], []]);
});

test("a service that is missing is said once", () => {
  open();
  for (let i = 0; i < 3; i++) client.change({ problem: "service: none — start one" });
  assert.equal(said, ["Maquette: service: none — start one"]);
});

test("the end of the scene closes the client and gives up what waits, quietly", async () => {
  open();
  const mesh = await load();
  const placing = rejectionOf(ClientError, hot.place("art/hero.png"));
  hot.link(mesh, "art/hero.png");
  scene.dispose();
  assert.is(client.state.connection, "closed");
  assert.is((await placing).code, "closed");
  hot.dispose();
  assert.equal(said, []);
});

test.run();
