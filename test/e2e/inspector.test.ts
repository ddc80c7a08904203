import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Locator, Page, WebSocket } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OfflinePage, openOfflinePage } from "../../plugin/browser/offline-page.ts";
import type { Bounds } from "../../plugin/core/mesh.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { type DrawnProject, withDrawnProject } from "../helpers/drawn-project.ts";
import { waitForComparison } from "../helpers/panel-view.ts";
import { saveScreenshot } from "../helpers/screenshot.ts";
import { testUnless } from "../helpers/skip.ts";
import type { Game, Leftovers, MeshFacts } from "../pages/inspector/game.ts";

declare const game: Game;

const test = suite("e2e/inspector");
const noBrowser = await browserUnavailable();

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CONCEPT_ART = join(ROOT, "samples/concept-art");
const VIEWPORT = { width: 1280, height: 800 };
/** Bounds go from f32 in the GLB through the root's matrix, in f32 too. */
const BOUNDS_TOLERANCE_METRES = 1e-5;
/** The mouse is at whole pixels. */
const DROP_TOLERANCE_PIXELS = 1;

const INDEX = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A game</title><link rel="icon" href="data:,">
<style>html, body, main, canvas { width: 100%; height: 100%; margin: 0; display: block }
main { position: relative }</style></head>
<body><main><canvas></canvas></main><script type="module" src="/page.js"></script></body></html>`;

/** In one script, as each request takes its time; the Inspector's editors are not opened. */
async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["test/pages/inspector/page.ts"],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    loader: { ".css": "text" },
    define: { "process.env.NODE_ENV": '"production"' },
    external: ["@babylonjs/*-editor"],
    logLevel: "warning",
  });
  return outputFiles.map(({ text }) => text).join("");
}

/** What the tests share: each opens the same page anew. */
interface Stage {
  readonly server: GameServer;
  readonly browser: OfflinePage;
  /** Origins that the page may reach. */
  readonly reachable: string[];
}

let stage: Stage;
test.before(async () => {
  if (noBrowser !== undefined) return;
  const server = await serveGame(await bundlePage());
  const reachable = [server.origin];
  stage = { server, reachable, browser: await openOfflinePage({ reachable }) };
  await stage.browser.page.setViewportSize(VIEWPORT);
});
test.after(async () => {
  await stage?.browser.close();
  await stage?.server.close();
});

interface GameServer {
  readonly origin: string;
  /** Of the project that is served with the page. */
  folder: string;
  close(): Promise<unknown>;
}

/** As a game's development server does: the page, and the files of the project's folder. */
async function serveGame(script: string): Promise<GameServer> {
  const server = createServer(async ({ url = "/" }, response) => {
    const path = new URL(url, "http://127.0.0.1").pathname;
    if (path === "/") response.setHeader("Content-Type", "text/html").end(INDEX);
    else if (path === "/page.js") {
      response.setHeader("Content-Type", "text/javascript").end(script);
    } else {
      await readFile(join(game.folder, path)).then(
        (content) => response.end(content),
        () => response.writeHead(404).end(),
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const game: GameServer = {
    origin: `http://127.0.0.1:${port}`,
    folder: "",
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
  return game;
}

interface Studio extends Pick<DrawnProject, "draw" | "bounds"> {
  readonly page: Page;
  readonly pane: Locator;
  readonly explorer: Locator;
  /** Names of the pictures whose meshes were made, one for each time. */
  readonly generated: readonly string[];
  untilGenerated(times: number): Promise<void>;
  /** All that the page has opened. */
  readonly sockets: readonly WebSocket[];
}

/** A project with its service, and a game of it in a browser that asks for nothing else. */
const withGame = (body: (studio: Studio) => Promise<void>) => () =>
  withDrawnProject(async (project) => {
    const generated: string[] = [];
    const news = new EventEmitter();
    const service = await project.serve({
      onEvent(event) {
        if (event.type === "finished" && event.outcome.status === "imported") {
          generated.push(event.item.picture.name);
          news.emit("generated");
        }
      },
    });
    const { server, browser, reachable } = stage;
    const { page, refusedRequests } = browser;
    server.folder = project.cwd;
    reachable.push(service.address.url);
    const sockets: WebSocket[] = [];
    const keepSocket = (socket: WebSocket) => sockets.push(socket);
    page.on("websocket", keepSocket);
    try {
      await page.goto(server.origin);
      // What an Inspector before has kept: its theme, the extensions that were installed.
      await page.evaluate("localStorage.clear()");
      await page.waitForFunction("window.game");
      await body({
        ...project,
        page,
        pane: page.getByRole("region", { name: "Maquette" }),
        explorer: page.getByRole("tree", { name: "Scene Explorer Tree" }),
        generated,
        async untilGenerated(times) {
          while (generated.length < times) await once(news, "generated");
        },
        sockets,
      });
      assert.equal(refusedRequests, []);
    } finally {
      page.off("websocket", keepSocket);
      await page.goto("about:blank");
    }
  });

/** The nodes that show an asset. */
async function shown(page: Page): Promise<readonly MeshFacts[]> {
  return (await page.evaluate(() => game.meshes())).filter(({ uuid }) => uuid !== undefined);
}

/** Resolves with the only mesh that shows an asset, once it has other geometry than `former`. */
async function waitForMesh(page: Page, former?: MeshFacts): Promise<MeshFacts> {
  await page.waitForFunction((vertices) => {
    const meshes = game.meshes().filter(({ uuid }) => uuid !== undefined);
    return meshes.length === 1 && meshes[0]?.vertices !== vertices;
  }, former?.vertices);
  const [mesh] = await shown(page);
  if (!mesh) throw new Error("the mesh is gone again");
  return mesh;
}

/** Babylon's left-handed scenes show what glTF has at +X at -X. */
function assertBounds({ min, max }: MeshFacts, gltf: Bounds, x = 0): void {
  const expected = [
    x - gltf.max[0],
    gltf.min[1],
    gltf.min[2],
    x - gltf.min[0],
    gltf.max[1],
    gltf.max[2],
  ];
  for (const [i, value] of [...min, ...max].entries()) {
    assert.ok(
      Math.abs(value - expected[i]) < BOUNDS_TOLERANCE_METRES,
      `${min} ${max}: ${expected}`,
    );
  }
}

async function openPane({ page, pane }: Studio): Promise<void> {
  await page.getByRole("button", { name: "Generate 3D" }).click();
  await pane.waitFor();
}

/** Draws a picture and places its mesh with the panel's button. */
async function placeFromPane(studio: Studio, sample: string): Promise<MeshFacts> {
  await openPane(studio);
  await studio.draw(sample, "hero");
  // Until it can be clicked, Playwright would scroll the pane to and fro.
  const place = studio.pane.getByRole("button", { name: "Place in scene", disabled: false });
  await place.waitFor();
  await place.click();
  return await waitForMesh(studio.page);
}

/** The entry of the explorer's context menu on the item called `name`. */
async function menuItem({ page, explorer }: Studio, name: string, entry: string): Promise<Locator> {
  const item = explorer.getByRole("treeitem", { name, exact: true });
  await item.click({ button: "right" });
  return page.getByRole("menuitem", { name: entry });
}

async function keepPicture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => game.drawn());
  await saveScreenshot(page, `samples/screenshots/inspector-${name}.webp`);
}

testUnless(
  noBrowser,
  test,
  "a picture dropped on disk is placed from the pane; drawn anew, the same node gets the new mesh",
  withGame(async (studio) => {
    const { page, draw, bounds } = studio;
    await page.evaluate(() => game.showInspector("dark"));
    const watchtower = await placeFromPane(studio, "watchtower");
    assert.is(watchtower.name, "hero");
    assertBounds(watchtower, await bounds("hero"));
    const view = await waitForComparison(page);
    await keepPicture(page, "placed");

    await page.evaluate(([id, x]) => game.moveTo(id, x), [watchtower.uniqueId, -0.25] as const);
    await draw("pumpkin", "hero");
    const pumpkin = await waitForMesh(page, watchtower);
    assert.is(pumpkin.uniqueId, watchtower.uniqueId);
    assertBounds(pumpkin, await bounds("hero"), -0.25);
    await waitForComparison(page, view);
    await keepPicture(page, "redrawn");
    assert.equal(studio.generated, ["hero", "hero"]);
  }),
);

testUnless(
  noBrowser,
  test,
  "the explorer regenerates what shows a picture, from the mesh, its root and its selection",
  withGame(async (studio) => {
    const { page, pane, explorer } = studio;
    await page.evaluate(() => game.showInspector("light"));
    await placeFromPane(studio, "watchtower");
    await (await menuItem(studio, "Nodes", "Expand All")).click();
    await (await menuItem(studio, "hero", "Regenerate from concept art")).click();
    await studio.untilGenerated(2);
    await (await menuItem(studio, "hero.glb", "Regenerate from concept art")).click();
    await studio.untilGenerated(3);
    assert.is(await (await menuItem(studio, "ground", "Regenerate from concept art")).count(), 0);
    await page.keyboard.press("Escape");

    await studio.draw("pine", "a-tree");
    await pane.getByRole("option", { name: "a-tree" }).click();
    await explorer.getByRole("treeitem", { name: "hero", exact: true }).click();
    await openPane(studio);
    await pane.getByRole("option", { name: "hero", selected: true }).waitFor();
    await waitForComparison(page);
    await keepPicture(page, "selected");
  }),
);

testUnless(
  noBrowser,
  test,
  "pictures are imported from the explorer, and a mesh dragged onto the canvas stands where it was dropped",
  withGame(async (studio) => {
    const { page, pane } = studio;
    await page.evaluate(() => game.showInspector("dark"));
    const chooser = page.waitForEvent("filechooser");
    await (await menuItem(studio, "Nodes", "Import concept art…")).click();
    await (await chooser).setFiles(join(CONCEPT_ART, "pine.png"));
    await pane.getByRole("button", { name: "Place in scene", disabled: false }).waitFor();
    assert.equal(studio.generated, ["pine"]);

    const target = { x: 180, y: 560 };
    await pane
      .getByRole("option", { name: "pine" })
      .dragTo(page.locator("canvas").first(), { targetPosition: target });
    const pine = await waitForMesh(page);
    const seen = await page.evaluate((id) => game.seenAt(id), pine.uniqueId);
    const distance = Math.hypot(seen.x - target.x, seen.y - target.y);
    assert.ok(distance <= DROP_TOLERANCE_PIXELS, `dropped ${distance} pixels away`);
  }),
);

async function allClosed(sockets: readonly WebSocket[]): Promise<void> {
  for (const socket of sockets) if (!socket.isClosed()) await socket.waitForEvent("close");
}

/** What is left of an Inspector that shows Maquette's pane when it was closed. */
async function closeInspector({ page, sockets }: Studio): Promise<Leftovers> {
  await page.evaluate(() => game.hideInspector());
  await page.waitForFunction(() => game.leftovers().engines === 1);
  await allClosed(sockets);
  return await page.evaluate(() => game.leftovers());
}

testUnless(
  noBrowser,
  test,
  "a closed Inspector leaves nothing; the next one, of the next level too, follows the pictures again",
  withGame(async (studio) => {
    const { page, pane, draw, sockets } = studio;
    await page.evaluate(() => game.showInspector("dark"));
    const watchtower = await placeFromPane(studio, "watchtower");
    await closeInspector(studio);
    await draw("pumpkin", "hero");

    await page.evaluate(() => game.showPlainInspector());
    await page.getByText("Scene Explorer").waitFor();
    const plain = await closeInspector(studio);
    assert.is((await shown(page))[0]?.vertices, watchtower.vertices);

    await page.evaluate(() => game.showInspector("dark"));
    const pumpkin = await waitForMesh(page, watchtower);
    assert.is(pumpkin.uniqueId, watchtower.uniqueId);
    assert.equal(await closeInspector(studio), plain);

    await page.evaluate(() => game.showInspector("dark"));
    const button = page.getByRole("button", { name: "Generate 3D" });
    await button.waitFor();
    await page.evaluate(() => game.startNextLevel());
    await button.waitFor({ state: "detached" });
    await allClosed(sockets);
    await page.evaluate(() => game.showInspector("dark"));
    await openPane(studio);
    await pane.getByRole("button", { name: "Place in scene" }).click();
    assert.is((await waitForMesh(page)).vertices, pumpkin.vertices);
  }),
);

testUnless(
  noBrowser,
  test,
  "the extension can be installed from the Inspector's list",
  withGame(async ({ page, pane, draw }) => {
    await page.evaluate(() => game.showInspectorWithFeed());
    await page.getByRole("button", { name: "Manage Extensions" }).click();
    await page.getByRole("button", { name: "Maquette" }).click();
    await page.getByRole("button", { name: "Get" }).click();
    await page.getByRole("button", { name: "close" }).click();
    await page.getByRole("button", { name: "Generate 3D" }).click();
    await draw("pine", "pine");
    await pane.getByRole("option", { name: "pine" }).waitFor();
  }),
);

test.run();
