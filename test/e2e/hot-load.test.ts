import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WebSocket } from "ws";
import { connectService } from "../../editor-ui/client/connect.ts";
import { openOfflinePage } from "../../plugin/browser/offline-page.ts";
import type { Bounds } from "../../plugin/core/mesh.ts";
import type { RunningService } from "../../plugin/service/run-service.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { withDrawnProject } from "../helpers/drawn-project.ts";
import { saveScreenshot } from "../helpers/screenshot.ts";
import { testUnless } from "../helpers/skip.ts";
import type { GamePage, HeroFacts } from "../pages/hot-load/game-page.ts";

declare const game: GamePage | undefined;

const test = suite("e2e/hot-load");
const noBrowser = await browserUnavailable();

const GAME = fileURLToPath(new URL("../pages/hot-load/game.ts", import.meta.url));
/** Of the game's canvas. */
const GAME_SIZE = { width: 640, height: 480 };
/** The GLB and its sidecar say the same in f32 and f64. */
const BOUNDS_TOLERANCE_METRES = 1e-6;

interface Project {
  readonly page: Page;
  /** Of the development server. */
  readonly origin: string;
  readonly refusedRequests: readonly string[];
  /** Saves a sample picture as `art/hero.png`. */
  draw(sample: string): Promise<void>;
  start(): Promise<RunningService>;
  /** What the hero shows as soon as that is another mesh than `former`. */
  untilFresh(former?: HeroFacts): Promise<HeroFacts>;
  /** Of the mesh on disk. */
  expected(): Promise<Expected>;
}

interface Expected {
  readonly sha256: string;
  /** Metres, in glTF's frame. */
  readonly bounds: Bounds;
}

/** A game's project, its development server and its page; the service is the test's to start. */
function withGame(body: (project: Project) => Promise<void>): Promise<void> {
  return withDrawnProject(async ({ cwd, draw, bounds, serve }) => {
    const server = await serveFolder(cwd);
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    const reachable = [origin];
    const browser = await openOfflinePage({ reachable });
    try {
      const { page, refusedRequests } = browser;
      await body({
        page,
        origin,
        refusedRequests,
        draw: (sample) => draw(sample, "hero"),
        async start() {
          const service = await serve();
          reachable.push(service.address.url);
          return service;
        },
        untilFresh: (former) => untilFresh(page, former),
        async expected() {
          const glb = await readFile(join(cwd, "art/hero.glb"));
          const sha256 = createHash("sha256").update(glb).digest("hex");
          return { sha256, bounds: await bounds("hero") };
        },
      });
    } finally {
      await browser.close();
      server.closeAllConnections();
      server.close();
    }
  });
}

/** Serves the game and the project's folder, as development servers do. */
async function serveFolder(folder: string): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [GAME],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  const own = new Map([
    [
      "/",
      [
        "text/html",
        '<!doctype html><body style="margin: 0"><script type="module" src="/game.js"></script>',
      ],
    ],
    ["/game.js", ["text/javascript", outputFiles.map(({ text }) => text).join("")]],
  ]);
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    const [type, text] = own.get(url) ?? [];
    if (type) response.writeHead(200, { "Content-Type": type }).end(text);
    else {
      readFile(join(folder, url)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Waits for the first mesh; the page loads it by itself. */
async function untilReady({ address }: RunningService): Promise<void> {
  const client = connectService({ WebSocket, locate: async () => address });
  await new Promise<void>((resolve) => {
    client.subscribe(() => {
      const [asset] = client.state.assets.values();
      if (asset?.state === "ready") resolve();
    });
  });
  client.close();
}

async function untilFresh(page: Page, former?: HeroFacts): Promise<HeroFacts> {
  const found = await page.waitForFunction((formerHash) => {
    const facts = game?.facts();
    return facts?.sha256 !== undefined && facts.sha256 !== formerHash && facts;
  }, former?.sha256);
  return (await found.jsonValue()) as HeroFacts;
}

async function openGame({ page, origin }: Project): Promise<void> {
  await page.setViewportSize(GAME_SIZE);
  await page.goto(origin);
  await page.waitForFunction("globalThis.game");
}

async function keepPicture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => game?.drawn());
  await saveScreenshot(page, `samples/screenshots/game-${name}.webp`);
}

function assertShows(hero: HeroFacts, { sha256, bounds }: Expected): void {
  assert.is(hero.sha256, sha256);
  const actual = [...hero.bounds.min, ...hero.bounds.max];
  for (const [i, value] of [...bounds.min, ...bounds.max].entries()) {
    const error = Math.abs((actual[i] as number) - value);
    assert.ok(error < BOUNDS_TOLERANCE_METRES, JSON.stringify([hero.bounds, bounds]));
  }
}

/** Whatever the mesh is, the game's own work is as it was. */
function assertKept(hero: HeroFacts, before: HeroFacts): void {
  assert.is(hero.uniqueId, before.uniqueId);
  assert.equal(hero.position, [0, 0.25, 0]);
  assert.is(hero.parent, "squad");
  assert.is(hero.quest, "find the lamp");
  assert.is(hero.roughness, 0.5);
  assert.equal(hero.instance, { vertices: hero.vertices, position: [-2, 0, 0] });
  assert.equal([hero.meshes, hero.geometries], [before.meshes, before.geometries]);
}

testUnless(
  noBrowser,
  test,
  "a picture drawn anew changes the mesh of a running game, and nothing else of it",
  () =>
    withGame(async (project) => {
      const { page, draw, untilFresh, expected } = project;
      await draw("watchtower");
      await untilReady(await project.start());
      await openGame(project);
      const watchtower = await untilFresh();
      assertShows(watchtower, await expected());
      assertKept(watchtower, watchtower);
      await keepPicture(page, "before");

      await draw("pumpkin");
      const pumpkin = await untilFresh(watchtower);
      assertShows(pumpkin, await expected());
      assertKept(pumpkin, watchtower);
      assert.not.equal(pumpkin.colour, watchtower.colour);
      await keepPicture(page, "after");

      await draw("watchtower");
      const again = await untilFresh(pumpkin);
      assertShows(again, await expected());
      assertKept(again, watchtower);
      // The very same mesh, colours included.
      assert.equal(again, watchtower);
      assert.equal(project.refusedRequests, []);
    }),
);

testUnless(
  noBrowser,
  test,
  "a service that was started again, on another port, is found; what changed meanwhile is shown",
  () =>
    withGame(async (project) => {
      const { page, draw, untilFresh, expected } = project;
      await draw("watchtower");
      const first = await project.start();
      await untilReady(first);
      await openGame(project);
      const watchtower = await untilFresh();
      await first.stop();
      await page.waitForFunction(() => game?.facts().connection === "lost");
      await draw("pumpkin");
      const second = await project.start();
      assert.is.not(second.address.url, first.address.url);
      const pumpkin = await untilFresh(watchtower);
      assertShows(pumpkin, await expected());
      assertKept(pumpkin, watchtower);
    }),
);

test.run();
