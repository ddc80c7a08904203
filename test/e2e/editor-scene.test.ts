import { getEventListeners } from "node:events";
import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FreeCamera, Material, Mesh, Scene, Texture } from "@babylonjs/core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ASSET_DRAG_TYPE } from "../../editor-ui/panel/host-bridge.ts";
import { eventually } from "../helpers/editor-harness/eventually.ts";
import {
  changeHero,
  HERO,
  heroIn,
  openPlugin,
  placeHero,
  worldHeight,
} from "../helpers/editor-harness/place-hero.ts";
import { BUILT_PLUGIN, runInEditor } from "../helpers/editor-harness/run-in-editor.ts";
import { rejectionOf } from "../helpers/rejection.ts";
import {
  addTexture,
  countEverything,
  type HeroOptions,
  heroGlb,
  plainPng,
} from "../helpers/swap-scene.ts";

/** The Editor's scenes are in centimetres; the hero is one metre high. */
const HERO_CM = 100;
/** Rays go through 32-bit matrices: a tenth of a millimetre at ten metres. */
const PICK_CM = 1e-2;

/** Colours are stored in 16 bits. */
const COLOUR_DIGITS = 4;

const RED = textured(255, 0, 0);
const BLUE = textured(0, 0, 255);

function textured(...rgb: Parameters<typeof plainPng>): HeroOptions {
  return { edit: (document) => addTexture(document, "BaseColor", plainPng(...rgb)) };
}

if (!existsSync(BUILT_PLUGIN)) {
  throw new Error(`${BUILT_PLUGIN}: is missing — run npm run build`);
}

const test = suite("editor/scene");

test("a mesh is placed through the Editor's import, linked, selected and in view", async () => {
  await runInEditor(async (inside) => {
    const { hero, root, mesh } = await placeHero(inside);
    const { editor, project, tab } = inside;
    assert.equal(root.scaling.asArray(), [100, 100, -100]);
    assert.equal(mesh.metadata, {
      maquette: { uuid: hero.uuid, sha256: hero.result?.sha256 },
      customMetadata: { picture: "art/hero.png" },
    });
    assert.is(tab().host.countPlaced(hero), 1);
    assert.is(editor.selectedNode, root);
    assert.is(editor.preview.attached, root);
    assert.is(editor.preview.focused, root);
    assert.ok(editor.graphRefreshes > 0);
    assert.equal(await readdir(join(project, "art")), ["hero.glb"], "no copy is left");
  });
});

test("another mesh takes its place in the same node, at the Editor's scale", async () => {
  await runInEditor(async (inside) => {
    const placed = await placeHero(inside);
    const { root, mesh } = placed;
    mesh.position.y = 7;
    const { id, uniqueId, geometry } = mesh;
    await changeHero(inside, placed, { height: 3 });
    assert.equal([mesh.id, mesh.uniqueId, mesh.parent], [id, uniqueId, root]);
    assert.is.not(mesh.geometry, geometry);
    assert.is(mesh.position.y, 7);
    assert.equal(root.scaling.asArray(), [100, 100, -100]);
    assert.is(worldHeight(mesh), 3 * HERO_CM);
  });
});

test("a placing can be undone and done again, shadows included", async () => {
  await runInEditor(async (inside) => {
    const { editor, tab } = inside;
    const { DirectionalLight, ShadowGenerator, Vector3 } = editor.babylon;
    const light = new DirectionalLight("sun", Vector3.Down(), editor.preview.openScene);
    const casters = new ShadowGenerator(64, light).getShadowMap()?.renderList;
    const { hero, scene, root, mesh } = await placeHero(inside);
    assert.equal(casters, [root, mesh]);
    editor.undo.undo();
    assert.equal([scene.meshes.includes(root), scene.meshes.includes(mesh)], [false, false]);
    assert.equal(casters, []);
    assert.is(editor.preview.attached, null);
    assert.is(tab().host.countPlaced(hero), 0);
    editor.undo.redo();
    assert.equal([scene.meshes.includes(root), scene.meshes.includes(mesh)], [true, true]);
    assert.equal(casters, [root, mesh]);
    assert.is(tab().host.countPlaced(hero), 1);
  });
});

test("a mesh that changed while its placing was undone is up to date when it comes back", async () => {
  await runInEditor(async (inside) => {
    const { editor, serve, tab } = inside;
    const { hero, mesh } = await placeHero(inside);
    editor.undo.undo();
    const changed = await serve(hero, await heroGlb({ height: 2 }));
    const isKnown = () => tab().client.state.assets.get(hero.uuid)?.result?.sha256;
    await eventually(() => isKnown() === changed.result?.sha256, "the change is known");
    editor.undo.redo();
    await eventually(
      () => mesh.metadata.maquette.sha256 === changed.result?.sha256,
      "the mesh is exchanged",
    );
    assert.is(worldHeight(mesh), 2 * HERO_CM);
  });
});

test("history that is lost disposes only what was undone", async () => {
  await runInEditor(async (inside) => {
    const { editor, tab } = inside;
    const { hero, scene, root, mesh } = await placeHero(inside, RED);
    const [material, texture] = [mesh.material, textureOf(mesh)];
    editor.undo.undo();
    await tab().host.place(hero);
    assert.ok(root.isDisposed(), "its redo was cut off");
    assert.not.ok(scene.materials.includes(material as Material));
    assert.not.ok(scene.textures.includes(texture));
    const second = heroIn(scene);
    editor.undo.clear();
    assert.not.ok(second.root.isDisposed(), "it is in the scene");
    assert.ok(scene.textures.includes(textureOf(second.mesh)));
  });
});

test("exchanging meshes leaves nothing behind", async () => {
  await runInEditor(async (inside) => {
    const placed = await placeHero(inside, RED);
    await changeHero(inside, placed, BLUE);
    const before = await countEverything(placed.scene);
    for (const height of [2, 3, 4]) await changeHero(inside, placed, { ...RED, height });
    assert.equal(await countEverything(placed.scene), before);
  });
});

test("meshes are placed without history while a game is played", async () => {
  await runInEditor(async (inside) => {
    inside.editor.undo.isEnabled = false;
    const { root } = await placeHero(inside);
    assert.not.ok(root.isDisposed());
    assert.is(inside.editor.undo.items.length, 0);
  });
});

test("a changed file shows its own textures, though one of its name is loaded", async () => {
  await runInEditor(async (inside) => {
    const { editor, serve, tab } = inside;
    const { hero, mesh } = await placeHero(inside, RED);
    const first = textureOf(mesh);
    editor.undo.undo();
    const blue = await serve(hero, await heroGlb(BLUE));
    await tab().host.place(blue);
    const second = textureOf(heroIn(editor.preview.openScene).mesh);
    assert.is.not(second.getInternalTexture(), first.getInternalTexture());
  });
});

test("textures of a mesh that is exchanged become files beside it, as at an import", async () => {
  await runInEditor(async (inside) => {
    const { project } = inside;
    const placed = await placeHero(inside);
    await changeHero(inside, placed, RED);
    const { name, url, vScale } = textureOf(placed.mesh);
    assert.match(name, /^art\/editor-generated_[0-9a-f]{32}\.png$/);
    assert.is(url, name);
    assert.is(vScale, -1);
    assert.equal((await readdir(join(project, "art"))).sort(), [name.slice(4), "hero.glb"]);
  });
});

function textureOf(mesh: { readonly material: unknown }): Texture {
  return (mesh.material as { readonly albedoTexture: Texture }).albedoTexture;
}

test("what is exchanged or placed twice has ids of its own", async () => {
  await runInEditor(async (inside) => {
    const { editor, tab } = inside;
    const placed = await placeHero(inside);
    await changeHero(inside, placed, { height: 2 });
    const changed = tab().client.state.assets.get(placed.hero.uuid);
    await tab().host.place(changed ?? placed.hero);
    const { meshes, materials } = editor.preview.openScene;
    const geometries = meshes.flatMap(({ geometry }) => geometry ?? []);
    for (const entities of [meshes, materials, geometries]) {
      assert.is(new Set(entities.map(({ id }) => id)).size, entities.length);
      assert.is(new Set(entities.map(({ uniqueId }) => uniqueId)).size, entities.length);
    }
  });
});

test("imports run one after another", async () => {
  await runInEditor(async (inside) => {
    const { editor, serve, tab } = inside;
    let running = 0;
    const module = editor.module as { loadImportedSceneFile: (...args: never) => unknown };
    const load = module.loadImportedSceneFile;
    module.loadImportedSceneFile = async (...args) => {
      running += 1;
      assert.is(running, 1);
      const result = await load(...args);
      running -= 1;
      return result;
    };
    const hero = await serve(HERO, await heroGlb());
    await openPlugin(inside);
    await Promise.all([1, 2, 3].map(() => tab().host.place(hero)));
    assert.is(tab().host.countPlaced(hero), 3);
  });
});

test("a file the Editor cannot import is told, and no copy is left", async () => {
  await runInEditor(async (inside) => {
    const { project, serve, tab } = inside;
    const hero = await serve(HERO, await heroGlb());
    await openPlugin(inside);
    await writeFile(join(project, hero.mesh), "no GLB");
    const error = await rejectionOf(Error, tab().host.place(hero));
    assert.is(error.message, "hero.glb: the Editor could not import it — generate it again");
    assert.equal(await readdir(join(project, "art")), ["hero.glb"]);
    await writeFile(join(project, hero.mesh), await heroGlb());
    await tab().host.place(hero);
    assert.is(tab().host.countPlaced(hero), 1, "the next one is not held up");
  });
});

test("a mesh whose file is gone is told", async () => {
  await runInEditor(async (inside) => {
    const hero = await inside.serve(HERO, await heroGlb());
    await openPlugin(inside);
    const gone = { ...hero, mesh: "art/gone.glb" };
    const error = await rejectionOf(Error, inside.tab().host.place(gone));
    assert.match(error.message, /art\/gone\.glb: does not exist/);
  });
});

test("a dropped asset stands where it was dropped, in every scene that is opened", async () => {
  await runInEditor(async (inside) => {
    const { editor, serve, tab } = inside;
    const { canvas } = editor.preview;
    const hero = await serve(HERO, await heroGlb());
    await openPlugin(inside);
    for (const [x, z] of [
      [30, 40],
      [-50, 60],
    ]) {
      await editor.openScene((scene) => lookDown(scene, x, z));
      await eventually(() => getEventListeners(canvas, "drop").length === 1, "drops are taken");
      const engine = editor.preview.openScene.getEngine();
      const middle = { x: engine.getRenderWidth() / 2, y: engine.getRenderHeight() / 2 };
      canvas.dispatchEvent(assetDrop(hero.uuid, middle.x, middle.y));
      await eventually(() => tab().host.countPlaced(hero) === 1, "the mesh is placed");
      const { root } = heroIn(editor.preview.openScene);
      assert.ok(Math.hypot(root.position.x - x, root.position.y, root.position.z - z) < PICK_CM);
    }
  });
});

/** Puts the camera above a point of the ground, so that it is in the middle of the picture. */
function lookDown(scene: Scene, x: number, z: number): void {
  const camera = scene.activeCamera as FreeCamera;
  camera.position.set(x, 1000, z);
  camera.rotation.set(Math.PI / 2, 0, 0);
}

function assetDrop(uuid: string, offsetX: number, offsetY: number): Event {
  const dataTransfer = { types: [ASSET_DRAG_TYPE], getData: () => uuid };
  const event = new Event("drop", { cancelable: true });
  return Object.assign(event, { dataTransfer, offsetX, offsetY });
}

test("a mesh has its colours when its scene is opened again", async () => {
  await runInEditor(async (inside) => {
    const { editor } = inside;
    const placed = await placeHero(inside);
    for (const options of [undefined, { triangles: 9 }]) {
      if (options) await changeHero(inside, placed, options);
      assert.equal(coloursOf(placed.mesh), expectedColours(placed.mesh));
      const fill = await editor.saveScene();
      const opened = new editor.babylon.Scene(editor.preview.openScene.getEngine());
      await fill(opened);
      const { mesh } = heroIn(opened);
      assert.equal(coloursOf(mesh), expectedColours(placed.mesh));
      assert.not.ok(mesh.hasVertexAlpha);
      opened.dispose();
    }
  });
});

/** As they are drawn, one for each vertex. */
function coloursOf({ geometry }: Mesh): string[] {
  const size = geometry?.getVertexBuffer("color")?.getSize() ?? 0;
  const numbers = [...(geometry?.getVerticesData("color") ?? [])];
  return Array.from({ length: numbers.length / size }, (_, i) =>
    numbers
      .slice(size * i, size * i + 3)
      .map((number) => number.toFixed(COLOUR_DIGITS))
      .join(),
  );
}

/** The hero is of one sRGB colour, (0.5, 0.25, 0); in scenes colours are linear. */
function expectedColours(mesh: Mesh): string[] {
  const linear = [0.5, 0.25, 0].map((value) =>
    value === 0 ? 0 : ((value + 0.055) / 1.055) ** 2.4,
  );
  const colour = linear.map((number) => number.toFixed(COLOUR_DIGITS)).join();
  return Array<string>(mesh.getTotalVertices()).fill(colour);
}

test("a scene is let go before it is saved", async () => {
  await runInEditor(async (inside) => {
    const { editor, tab } = inside;
    const { hero } = await placeHero(inside);
    for (let save = 0; save < 2; save++) {
      await editor.saveScene(() => assert.is(tab().host.countPlaced(hero), 0));
      await eventually(() => tab().host.countPlaced(hero) === 1, "it is followed again");
    }
  });
});

test("an Editor that tells only in private whether it is at rest is followed too", async () => {
  await runInEditor(async (inside) => {
    const { editor, tab } = inside;
    const { preview } = editor;
    preview.isBefore541 = true;
    const { hero } = await placeHero(inside);
    preview.setRenderScene(false);
    await eventually(() => tab().host.countPlaced(hero) === 0, "the scene is let go");
  });
});

test("a scene that is saved is left alone until it is at rest", async () => {
  await runInEditor(async (inside) => {
    const { editor, serve, tab } = inside;
    const placed = await placeHero(inside);
    const { geometry } = placed.mesh;
    editor.preview.setRenderScene(false);
    await eventually(() => tab().host.countPlaced(placed.hero) === 0, "the scene is let go");
    const changed = await serve(placed.hero, await heroGlb({ height: 2 }));
    const error = await rejectionOf(Error, tab().host.place(changed));
    assert.match(error.message, "no scene is open and at rest");
    assert.is(placed.mesh.geometry, geometry);
    editor.preview.setRenderScene(true);
    await eventually(
      () => placed.mesh.metadata.maquette.sha256 === changed.result?.sha256,
      "the mesh is exchanged",
    );
  });
});

test("a scene that was saved and is opened again is caught up with", async () => {
  await runInEditor(async (inside) => {
    const { editor, serve, tab } = inside;
    const { hero } = await placeHero(inside);
    const fill = await editor.saveScene();
    await editor.openScene();
    assert.is(tab().host.countPlaced(hero), 0);
    const changed = await serve(hero, await heroGlb({ height: 2 }));
    await editor.openScene(fill);
    const { mesh } = heroIn(editor.preview.openScene);
    await eventually(
      () => mesh.metadata.maquette.sha256 === changed.result?.sha256,
      "the mesh is exchanged",
    );
    assert.is(worldHeight(mesh), 2 * HERO_CM);
    assert.equal(mesh.metadata.customMetadata, { picture: "art/hero.png" });
  });
});

test("a scene that is closed while a mesh is imported into it is told, and nothing else", async () => {
  await runInEditor(async (inside) => {
    const { editor, project, serve, tab } = inside;
    const hero = await serve(HERO, await heroGlb(RED));
    await openPlugin(inside);
    const module = editor.module as { loadImportedSceneFile: (...args: never) => unknown };
    const load = module.loadImportedSceneFile;
    module.loadImportedSceneFile = () => {
      void editor.openScene();
      return new Promise(() => undefined); // as Babylon does at times
    };
    const error = await rejectionOf(Error, tab().host.place(hero));
    assert.match(error.message, "its scene was closed meanwhile");
    module.loadImportedSceneFile = load;
    assert.equal(await readdir(join(project, "art")), ["hero.glb"]);
    await eventually(
      () => getEventListeners(editor.preview.canvas, "drop").length === 1,
      "followed",
    );
    await tab().host.place(hero);
    assert.is(tab().host.countPlaced(hero), 1);
  });
});

test("a scene that is closed while a mesh is exchanged in it leaves no message", async () => {
  await runInEditor(async (inside) => {
    const { editor, serve } = inside;
    const { hero } = await placeHero(inside);
    const before = editor.console.length;
    const module = editor.module as { configureEmbeddedTexture: (texture: Texture) => unknown };
    const extracting = new Promise<() => void>((resolveExtracting) => {
      module.configureEmbeddedTexture = () =>
        new Promise<void>((_, reject) => {
          resolveExtracting(() => reject(new TypeError("the texture has no scene")));
        });
    });
    await serve(hero, await heroGlb(RED));
    const fail = await extracting;
    await editor.openScene();
    fail();
    await eventually(
      () => getEventListeners(editor.preview.canvas, "drop").length === 1,
      "followed",
    );
    assert.equal(
      editor.console.slice(before).filter(({ level }) => level !== "log"),
      [],
    );
  });
});

test.run();
