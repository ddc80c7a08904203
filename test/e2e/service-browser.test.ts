/** What a real browser lets pages do with the service: its rules are half of the defence. */
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openOfflinePage } from "../../plugin/browser/offline-page.ts";
import { EVENTS_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from "../../plugin/protocol/service.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { testUnless } from "../helpers/skip.ts";
import { withFolder } from "../helpers/temporary-folder.ts";
import { type ServedProject, withServedProject } from "../unit/service/served-project.ts";

const test = suite("e2e/service-browser");

const noBrowser = await browserUnavailable();

/** Runs `body` with the origin of a development server, as games have one. */
async function withDevelopmentServer(body: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<title>A game</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/**
 * Uses the service from within `page`, as a client does: statuses of a list, a change and a mesh, and
 * the type of the first event; "refused" where the browser tells no more.
 */
async function tryOut(page: Page, project: ServedProject, uuid: string): Promise<unknown[]> {
  const { url, token } = project.service.address;
  const requests = [
    ["/assets", {}],
    [`/assets/${uuid}/settings`, { method: "PATCH", body: '{"triangles":900}' }],
    [`/files/${uuid}/mesh.glb`, {}],
  ] as const;
  const protocols = [EVENTS_SUBPROTOCOL, `${TOKEN_SUBPROTOCOL_PREFIX}${token}`];
  return await page.evaluate(
    async ([base, bearer, asked, subprotocols]) => {
      const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
      const statuses = asked.map(([path, init]) =>
        fetch(`${base}${path}`, { headers, ...init }).then(
          ({ status }) => status,
          () => "refused",
        ),
      );
      const socket = new WebSocket(`${base.replace("http", "ws")}/events`, [...subprotocols]);
      const event = new Promise((resolve) => {
        socket.addEventListener("message", ({ data }) => resolve(JSON.parse(data).type));
        socket.addEventListener("error", () => resolve("refused"));
      });
      return await Promise.all([...statuses, event]);
    },
    [url, token, requests, protocols] as const,
  );
}

const ALL_ALLOWED = [200, 204, 200, "hello"];
const ALL_REFUSED = ["refused", "refused", "refused", "refused"];

async function withAsset(
  origins: readonly string[],
  body: (project: ServedProject, uuid: string) => Promise<void>,
): Promise<void> {
  await withServedProject({ "a.png": "one" }, { origins }, async (project) => {
    const listener = project.listen();
    const { uuid } = await listener.untilState("a.png", "ready");
    await body(project, uuid);
    listener.socket.close();
  });
}

testUnless(noBrowser, test, "a game's development server uses the service with its token", () =>
  withDevelopmentServer((origin) =>
    withAsset([], async (project, uuid) => {
      const reachable = [origin, project.service.address.url, eventsOrigin(project)];
      const { page, close } = await openOfflinePage({ reachable });
      try {
        await page.goto(origin);
        assert.equal(await tryOut(page, project, uuid), ALL_ALLOWED);
      } finally {
        await close();
      }
    }),
  ),
);

testUnless(
  noBrowser,
  test,
  "a page from a file is refused, unless its host is named, as an editor's is",
  () =>
    withFolder({ "editor.html": "<title>An editor</title>" }, async (folder) => {
      /** What Chromium calls the origin of files, in requests and in upgrades. */
      const FILES = ["null", "file://"];
      for (const origins of [[], FILES]) {
        await withAsset(origins, async (project, uuid) => {
          const reachable = [...FILES, project.service.address.url, eventsOrigin(project)];
          const { page, close } = await openOfflinePage({ reachable });
          try {
            await page.goto(pathToFileURL(join(folder, "editor.html")).href);
            const expected = origins.length > 0 ? ALL_ALLOWED : ALL_REFUSED;
            assert.equal(await tryOut(page, project, uuid), expected);
          } finally {
            await close();
          }
        });
      }
    }),
);

testUnless(
  noBrowser,
  test,
  "the service's own page runs no script but its own, and in no frame",
  () =>
    withFolder({}, async (folder) => {
      await writeFile(
        join(folder, "index.html"),
        `<title>first</title><script src="own.js"></script><script>document.title += " inline"</script>`,
      );
      await writeFile(
        join(folder, "own.js"),
        `document.title = "own"; try { eval("0") } catch (error) { document.title += ", " + error.name }`,
      );
      await withDevelopmentServer(async (origin) => {
        const pages = pathToFileURL(`${folder}/`);
        await withServedProject({ "a.png": "one" }, { pages }, async (project) => {
          const listener = project.listen();
          const { uuid } = await listener.untilState("a.png", "ready");
          const { url } = project.service.address;
          const { page, close } = await openOfflinePage({
            reachable: [origin, url, eventsOrigin(project)],
          });
          try {
            await page.goto(url);
            assert.is(await page.title(), "own, EvalError");
            assert.equal(await tryOut(page, project, uuid), ALL_ALLOWED);

            await page.goto(origin);
            await page.evaluate((address) => {
              const { document } = globalThis as unknown as {
                document: { body: { innerHTML: string } };
              };
              document.body.innerHTML = `<iframe src="${address}"></iframe>`;
            }, url);
            const [, frame] = await eventuallyTwo(page);
            await frame?.waitForLoadState();
            assert.not.match((await frame?.content()) ?? "", "own.js");
          } finally {
            await close();
          }
          listener.socket.close();
        });
      });
    }),
);

/** Frames of the page, once there are two. */
async function eventuallyTwo(page: Page): Promise<ReturnType<Page["frames"]>> {
  while (page.frames().length < 2) await page.waitForEvent("frameattached");
  return page.frames();
}

function eventsOrigin(project: ServedProject): string {
  return project.service.address.url.replace("http", "ws");
}

test.run();
