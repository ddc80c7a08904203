/**
 * The package as it is published, in an Editor without its window: the service is a process of its
 * own with the embedded model, and everything goes through files, sockets and the Editor's import.
 */
import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Asset } from "../../plugin/protocol/service.ts";
import { eventually } from "../helpers/editor-harness/eventually.ts";
import { FakeEditor } from "../helpers/editor-harness/fake-editor.ts";
import { installPackage } from "../helpers/editor-harness/packed-package.ts";
import { heroIn, worldHeight } from "../helpers/editor-harness/place-hero.ts";
import { redirectModules } from "../helpers/editor-harness/redirect-modules.ts";
import { addRendererGlobals, filePageFetch } from "../helpers/editor-harness/renderer-globals.ts";
import {
  type Plugin,
  requirePlugin,
  type TabProps,
} from "../helpers/editor-harness/run-in-editor.ts";
import { descendantsOf, noProcessList, untilEnded, untilStarted } from "../helpers/processes.ts";
import { testUnless } from "../helpers/skip.ts";
import { modificationTimes, withFolder } from "../helpers/temporary-folder.ts";

const SAMPLES = fileURLToPath(new URL("../../samples/concept-art/", import.meta.url));
const FILES = {
  "game/game.bjseditor": "{}",
  "game/maquette.config.json": '{ "settings": { "resolution": 48, "triangles": 500 } }',
};

/** The longest side in the Editor's centimetres: a metre by default. */
const LONGEST_CM = 100;
/** Of that, for positions that are stored in 32 bits. */
const SIZE_TOLERANCE_CM = 1e-3;

const test = suite("e2e/editor");

testUnless(noProcessList, test, "from a picture on disk to a mesh in the scene and back", () =>
  withFolder(FILES, async (folder) => {
    const project = join(folder, "game");
    const packageFolder = await installPackage(project);
    const files = await modificationTimes(packageFolder);
    const editor = new FakeEditor(join(project, "game.bjseditor"));
    const restoreModules = redirectModules(editor.module);
    const restoreGlobals = addRendererGlobals(filePageFetch);
    const restoreCoverage = withoutCoverage();
    const plugin = requirePlugin(packageFolder);
    try {
      await workInEditor(editor, plugin, project);
      assert.equal(await modificationTimes(packageFolder), files, "the Editor watches that folder");
    } finally {
      await plugin.close();
      await editor.dispose();
      restoreCoverage();
      restoreGlobals();
      restoreModules();
    }
  }),
);

async function workInEditor(editor: FakeEditor, plugin: Plugin, project: string): Promise<void> {
  const tab = (): TabProps => {
    const [{ component }] = editor.tabs.values();
    return (component as { readonly props: TabProps }).props;
  };
  const isOpen = () => tab().client.state.connection === "open";
  const hero = (): Asset | undefined => [...tab().client.state.assets.values()][0];
  const picture = join(project, "assets", "concepts", "hero.png");

  // (1) A service of its own, and the folder it watches.
  plugin.main(editor);
  await eventually(isOpen, "the service answers");
  assert.equal(await readdir(join(project, "assets")), ["concepts"]);

  // (2) A picture that is dropped there becomes a mesh, which is placed.
  await copyFile(join(SAMPLES, "cottage.png"), picture);
  await eventually(() => hero()?.state === "ready", "the mesh is made");
  await tab().host.place(hero() as Asset);
  const { mesh, root, scene } = heroIn(editor.preview.openScene);
  assert.ok(Math.abs(longestSide(editor) - LONGEST_CM) < SIZE_TOLERANCE_CM);
  assert.is(mesh.metadata.customMetadata.picture, "assets/concepts/hero.png");
  const { uniqueId, geometry } = mesh;
  const height = worldHeight(mesh);

  // (3) Another picture of its name: the same node, another geometry.
  await copyFile(join(SAMPLES, "lantern.png"), picture);
  await eventually(() => mesh.geometry !== geometry, "the mesh is exchanged");
  assert.equal([mesh.uniqueId, mesh.parent, scene.meshes.length], [uniqueId, root, 2]);
  assert.is.not(worldHeight(mesh), height);
  assert.ok(Math.abs(longestSide(editor) - LONGEST_CM) < SIZE_TOLERANCE_CM);

  // (4) A service that is killed is started again.
  const first = await untilStarted(process.pid, "serve");
  process.kill(first, "SIGKILL");
  await eventually(() => !isOpen(), "the connection is lost");
  await eventually(isOpen, "another service answers");

  // (5) The plugin is reloaded, and finds its mesh.
  await closedWithServices(plugin, editor);
  plugin.main(editor);
  await eventually(isOpen, "a service answers after the reload");
  assert.is(tab().host.countPlaced(hero() as Asset), 1);
  await closedWithServices(plugin);
  assert.equal((await readdir(join(project, "assets", "concepts"))).sort(), [
    "hero.glb",
    "hero.png",
    "hero.png.maquette.json",
  ]);
}

/** Closes the plugin; the service's processes have to end with it. */
async function closedWithServices(plugin: Plugin, editor?: FakeEditor): Promise<void> {
  const service = await untilStarted(process.pid, "serve");
  const processes = [service, ...(await descendantsOf(service))];
  await plugin.close(editor);
  await untilEnded(processes);
}

function longestSide(editor: FakeEditor): number {
  const { mesh } = heroIn(editor.preview.openScene);
  mesh.computeWorldMatrix(true);
  mesh.refreshBoundingInfo();
  const { minimumWorld, maximumWorld } = mesh.getBoundingInfo().boundingBox;
  return Math.max(...maximumWorld.subtract(minimumWorld).asArray());
}

/** A packed program's coverage says nothing of the checkout. */
function withoutCoverage(): () => void {
  const folder = process.env["NODE_V8_COVERAGE"];
  process.env["NODE_V8_COVERAGE"] = "";
  return () => {
    if (folder !== undefined) process.env["NODE_V8_COVERAGE"] = folder;
    else delete process.env["NODE_V8_COVERAGE"];
  };
}

test.run();
