import { getEventListeners } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import type { ReactElement } from "react";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventually } from "../helpers/editor-harness/eventually.ts";
import { HERO, openPlugin, placeHero } from "../helpers/editor-harness/place-hero.ts";
import {
  BUILT_PLUGIN,
  type InEditor,
  runInEditor,
} from "../helpers/editor-harness/run-in-editor.ts";
import { heroGlb } from "../helpers/swap-scene.ts";

/** What the Editor gives its plugins; anything else would have to be installed with this one. */
const GIVEN = new Set([
  "babylonjs",
  "babylonjs-loaders",
  "babylonjs-editor",
  "react",
  "react/jsx-runtime",
  "react-dom",
  "react-dom/client",
  "electron",
]);

if (!existsSync(BUILT_PLUGIN)) {
  throw new Error(`${BUILT_PLUGIN}: is missing — run npm run build`);
}

const test = suite("editor/plugin");

test("exports what the Editor reads, and nothing else", async () => {
  await runInEditor(async ({ plugin }) => {
    assert.equal(Object.keys(plugin).sort(), ["close", "description", "main", "title"]);
    assert.is(plugin.title, "Maquette");
  });
});

test("requires only what Node and the Editor have, and imports nothing at run time", async () => {
  const text = await readFile(BUILT_PLUGIN, "utf8");
  const required = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, id]) => id);
  assert.ok(required.includes("babylonjs"));
  assert.equal(
    required.filter((id) => !isBuiltin(id) && !GIVEN.has(id)),
    [],
  );
  assert.not.match(text, /^[^/*\n]*[^.\w]import\(/m);
});

test("closes before it was opened, twice, and with the Editor as argument", async () => {
  await runInEditor(async ({ editor, plugin }) => {
    await plugin.close();
    plugin.main(editor);
    await Promise.all([plugin.close(), plugin.close(editor)]);
    assert.is(editor.tabs.size, 0);
  });
});

test("without a project it says so and does nothing", async () => {
  await runInEditor(async ({ editor, plugin }) => {
    editor.state.projectPath = null;
    plugin.main(editor);
    assert.is(editor.tabs.size, 0);
    assert.match(editor.console[0].message, "project: none is open");
  });
});

test("its tab stays, and it works while the tab has never been shown", async () => {
  await runInEditor(async (inside) => {
    await openPlugin(inside);
    const [{ options }] = inside.editor.tabs.values();
    assert.equal(options, {
      id: "maquette",
      title: "Maquette",
      neighborId: "assets-browser",
      enableClose: false,
    });
    assert.is(inside.editor.activeTab, "assets-browser");
  });
});

test("what cannot be opened is said, and what was begun is undone", async () => {
  await runInEditor(async ({ editor, plugin, service }) => {
    const layout = { ...editor.layout, addLayoutTab: () => assert.unreachable("no tab today") };
    plugin.main({ ...editor, layout, state: editor.state });
    assert.match(editor.console[0].message, "no tab today");
    await plugin.close();
    assert.is(service.accepted, 0);
    assert.equal(getEventListeners(editor.preview.canvas, "drop"), []);
  });
});

/** The entry's `onClick` in the context menu of a file, if there is one. */
function menuEntry({ editor }: InEditor, path: string): (() => void) | undefined {
  const menu = new editor.AssetsBrowserItem({ absolutePath: path })._getContextMenuContent();
  const items = [menu.props.children].flat() as ReactElement[];
  return items.find(({ props }) => props.children === "Generate 3D")?.props.onClick;
}

test("pictures have Generate 3D in their context menu; other files have not", async () => {
  await runInEditor(async (inside) => {
    const { project, requests, serve, service } = inside;
    await serve(HERO, await heroGlb());
    await openPlugin(inside);
    assert.is(menuEntry(inside, join(project, "assets/song.mp3")), undefined);
    menuEntry(inside, join(project, "art/hero.png"))?.();
    await eventually(() => requests.length === 1, "the request");
    assert.equal(requests, [`POST /assets/${HERO.uuid}/generate`]);
    assert.is(service.accepted, 1);
  });
});

test("a picture from elsewhere in the project is copied into the watched folder", async () => {
  await runInEditor(async (inside) => {
    const { editor, project, requests } = inside;
    await openPlugin(inside);
    await mkdir(join(project, "assets"));
    const paths = ["a.png", "b.webp", "c.mp3"].map((name) => join(project, "assets", name));
    for (const path of paths) await writeFile(path, "any bytes");
    editor.assets.state.selectedKeys = paths;
    menuEntry(inside, paths[0])?.();
    await eventually(() => requests.length === 2, "both requests");
    assert.equal(requests, ["POST /pictures?name=a.png", "POST /pictures?name=b.webp"]);
  });
});

test("pictures dragged onto the tab are taken like chosen ones, in Windows' paths too", async () => {
  await runInEditor(async (inside) => {
    const { project, requests, serve, tab } = inside;
    const hero = await serve(HERO, await heroGlb());
    await openPlugin(inside);
    await tab().host.importPaths([`${project}\\${hero.picture.replaceAll("/", "\\")}`]);
    assert.equal(requests, [`POST /assets/${hero.uuid}/generate`]);
  });
});

test("a picture that already waits in a watched folder is not copied", async () => {
  await runInEditor(async (inside) => {
    const { editor, project, requests, serve, tab } = inside;
    await serve(HERO, await heroGlb());
    await openPlugin(inside);
    await tab().host.importPaths([join(project, "art/new.png")]);
    assert.equal(requests, []);
    assert.match(editor.console.at(-1)?.message ?? "", "comes by itself");
  });
});

test("what goes wrong is said in the Editor's console", async () => {
  await runInEditor(async (inside) => {
    const { editor } = inside;
    await openPlugin(inside);
    paletteAction(inside, "Generate 3D from the selected pictures")();
    await eventually(() => editor.console.length > 0, "a message");
    assert.is(editor.console[0].level, "error");
    assert.match(editor.console[0].message, "no picture is selected");
  });
});

function paletteAction({ editor }: InEditor, text: string): () => void {
  editor.commandPalette.setOpen(true);
  const item = editor.commandPalette.state.entities.find((entity) => entity.text === text);
  assert.ok(item, `the palette has ${text}`);
  return item.action;
}

test("the command palette shows the tab, and keeps its own entries", async () => {
  await runInEditor(async (inside) => {
    const { editor } = inside;
    await placeHero(inside);
    paletteAction(inside, "Show Maquette")();
    assert.is(editor.activeTab, "maquette");
    paletteAction(inside, "hero");
  });
});

test("an Editor with other internals goes without menu and palette entries", async () => {
  await runInEditor(async (inside) => {
    const { editor } = inside;
    Reflect.deleteProperty(editor.AssetsBrowserItem.prototype, "_getContextMenuContent");
    Object.defineProperty(editor.commandPalette, "_refreshEntities", { value: undefined });
    await openPlugin(inside);
    assert.is(editor.tabs.size, 1);
    assert.equal(editor.console, []);
  });
});

test("an asset is shown in the Editor's browser of assets", async () => {
  await runInEditor(async (inside) => {
    const { editor, project, tab } = inside;
    const { hero } = await placeHero(inside);
    await tab().host.reveal(hero);
    assert.is(editor.assets.state.browsedPath, join(project, "art"));
    assert.equal(editor.assets.state.selectedKeys, [join(project, "art/hero.glb")]);
  });
});

test("the open folder is read again when a mesh in it is new, other folders are not", async () => {
  await runInEditor(async (inside) => {
    const { editor, project, serve } = inside;
    await openPlugin(inside);
    await mkdir(join(project, "art"));
    const { assets } = editor;
    await assets.setBrowsePath(project);
    await serve(HERO, await heroGlb());
    await serve({ ...HERO, mesh: "elsewhere/hero.glb" }, await heroGlb());
    await assets.setBrowsePath(join(project, "art"));
    const before = assets.reads;
    await serve(HERO, await heroGlb({ height: 2 }));
    await eventually(() => assets.reads > before, "the folder is read");
    assert.is(assets.reads, before + 1);
    assert.equal(assets.state.files, ["hero.glb"]);
  });
});

test("close leaves nothing: no tab, connection, listener or wrapped method", async () => {
  await runInEditor(async (inside) => {
    const { editor, plugin, service } = inside;
    const { prototype } = editor.AssetsBrowserItem;
    const { _getContextMenuContent } = prototype;
    await placeHero(inside);
    const { scene, canvas } = { scene: editor.preview.openScene, canvas: editor.preview.canvas };
    assert.is(getEventListeners(canvas, "drop").length, 1);
    await plugin.close();
    assert.is(editor.tabs.size, 0);
    assert.is(prototype._getContextMenuContent, _getContextMenuContent);
    assert.not.ok(Object.hasOwn(editor.commandPalette, "_refreshEntities"));
    assert.equal(getEventListeners(canvas, "drop"), []);
    assert.equal(getEventListeners(canvas, "dragover"), []);
    await eventually(() => service.open.size === 0, "the connection ends");
    // Babylon takes observers off its lists in a timer of no delay.
    await eventually(
      () =>
        !scene.onNewMeshAddedObservable.hasObservers() &&
        !scene.onMeshRemovedObservable.hasObservers(),
      "observers of the scene end",
    );
  });
});

test("a menu wrapped once more by another plugin loses the entry all the same", async () => {
  await runInEditor(async (inside) => {
    const { editor, plugin } = inside;
    await openPlugin(inside);
    const { prototype } = editor.AssetsBrowserItem;
    const ours = prototype._getContextMenuContent;
    prototype._getContextMenuContent = function (this: object) {
      return ours.call(this as never);
    };
    await plugin.close();
    assert.is(menuEntry(inside, "/a/hero.png"), undefined);
  });
});

test("opened again after a reload, it finds what was placed before", async () => {
  await runInEditor(async (inside) => {
    const { plugin, tab } = inside;
    const { hero } = await placeHero(inside);
    await plugin.close();
    await openPlugin(inside);
    assert.is(tab().host.countPlaced(hero), 1);
  });
});

test.run();
