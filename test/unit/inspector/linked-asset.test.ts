import { InstancedMesh, Mesh, NullEngine, Scene, TransformNode } from "@babylonjs/core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { linkedAsset } from "../../../editor-ui/hosts/inspector/linked-asset.ts";

const test = suite("inspector/linked-asset");

const engine = new NullEngine();
let scene: Scene;
let hero: Mesh;

test.before.each(() => {
  scene = new Scene(engine);
  hero = new Mesh("hero", scene);
  hero.metadata = { maquette: { uuid: "7d9f2c1e" } };
});
test.after.each(() => scene.dispose());
test.after(() => engine.dispose());

test("the linked node belongs to its asset", () => {
  assert.is(linkedAsset(hero), "7d9f2c1e");
});

test("so does what hangs below it, however deep", () => {
  const hand = new TransformNode("hand", scene);
  const sword = new Mesh("sword", scene);
  hand.parent = hero;
  sword.parent = hand;
  assert.is(linkedAsset(sword), "7d9f2c1e");
});

test("so do its instances, and what hangs below them", () => {
  const twin = new InstancedMesh("twin", hero);
  const sword = new Mesh("sword", scene);
  sword.parent = twin;
  assert.is(linkedAsset(twin), "7d9f2c1e");
  assert.is(linkedAsset(sword), "7d9f2c1e");
});

test("so does the loader's root above it", () => {
  const root = new Mesh("hero.glb", scene);
  hero.parent = root;
  assert.is(linkedAsset(root), "7d9f2c1e");
});

test("a parent of several nodes belongs to none of their assets", () => {
  const stage = new TransformNode("stage", scene);
  hero.parent = stage;
  new Mesh("crate", scene).parent = stage;
  assert.is(linkedAsset(stage), undefined);
});

test("the nearest link counts, and metadata of others is no link", () => {
  const shield = new Mesh("shield", scene);
  shield.metadata = { maquette: { uuid: "0b5e33aa" } };
  shield.parent = hero;
  assert.is(linkedAsset(shield), "0b5e33aa");

  const crate = new Mesh("crate", scene);
  for (const metadata of [undefined, null, "note", 3, { gltf: {} }, { maquette: {} }]) {
    crate.metadata = metadata;
    assert.is(linkedAsset(crate), undefined, JSON.stringify(metadata));
  }
});

test.run();
