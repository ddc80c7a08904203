/** What of the plugin needs a real browser: its tab in the Editor's themes, with the UMD Babylon. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OfflinePage, openOfflinePage } from "../../plugin/browser/offline-page.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { saveScreenshot } from "../helpers/screenshot.ts";
import { assetOf, helloOf } from "../helpers/service-data.ts";
import { testUnless } from "../helpers/skip.ts";
import { heroGlb } from "../helpers/swap-scene.ts";
import type { EditorPage, PageState } from "../pages/editor/editor-page.ts";

const PAGE = fileURLToPath(new URL("../pages/editor/page.tsx", import.meta.url));
const ASSETS = [assetOf(1, "hero"), assetOf(2, "shield", { state: "waiting" })];

declare const window: { readonly editorPage: EditorPage };
declare const document: {
  readonly body: { readonly classList: { toggle(name: string): boolean } };
  readonly head: { querySelectorAll(selector: string): { readonly length: number } };
  querySelector(selector: string): { getAttribute(name: string): string | null } | null;
};

/** The Editor's mesh pictures are square. */
const SIZE = 64;
/** A tenth on each side is free, and the hero is as high as it is wide. */
const BORDER = SIZE / 10;
/** Anti-aliasing blurs an edge over a pixel on each side. */
const EDGE_PIXELS = 1.5;

const test = suite("e2e/editor-tab");
const unavailable = await browserUnavailable();
let browser: OfflinePage | undefined;

function opened(): OfflinePage {
  if (!browser) throw new Error("no browser was opened");
  return browser;
}

test.before(async () => {
  if (unavailable !== undefined) return;
  const { outputFiles } = await build({
    entryPoints: [PAGE],
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    loader: { ".css": "text" },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  browser = await openOfflinePage();
  await browser.page.setContent('<body class="dark"><div id="tab" style="height:380px"></div>');
  await browser.page.addScriptTag({ content: outputFiles[0].text });
});

test.after(async () => {
  await browser?.close();
});

testUnless(
  unavailable,
  test,
  "the tab follows the Editor's theme and adds no style of the page",
  async () => {
    const { page, refusedRequests } = opened();
    const { project, model, folders } = helloOf();
    const state: PageState = {
      connection: "open",
      problem: undefined,
      project,
      model,
      folders,
      log: [],
      assets: ASSETS.map((asset) => [asset.uuid, asset]),
    };
    const glb = [...(await heroGlb())];
    await page.evaluate(([shown, mesh]) => window.editorPage.show(shown, mesh), [
      state,
      glb,
    ] as const);
    await page.getByText("hero").first().waitFor();
    const theme = () =>
      document.querySelector(".maquette-panel")?.getAttribute("data-maquette-theme");
    assert.is(await page.evaluate(theme), "dark");
    assert.is(await page.evaluate(() => document.head.querySelectorAll("style, link").length), 0);
    await saveScreenshot(page, "docs/screenshots/editor-tab.webp");
    await page.evaluate(() => document.body.classList.toggle("dark"));
    await page.locator('[data-maquette-theme="light"]').waitFor();
    assert.equal(refusedRequests, []);
  },
);

testUnless(unavailable, test, "a front view is rendered with the Editor's Babylon", async () => {
  const { page } = opened();
  const glb = [...(await heroGlb({ triangles: 1 }))];
  const png = await page.evaluate(([mesh, size]) => window.editorPage.renderFront(mesh, size), [
    glb,
    SIZE,
  ] as const);
  const { info, data } = await sharp(Buffer.from(png)).raw().toBuffer({ resolveWithObject: true });
  assert.equal([info.width, info.height, info.channels], [SIZE, SIZE, 4]);
  const rows = [...Array(SIZE).keys()].filter((y) =>
    [...Array(SIZE).keys()].some((x) => data[4 * (y * SIZE + x) + 3] > 127),
  );
  assert.ok(Math.abs(rows[0] - BORDER) < EDGE_PIXELS, `first row ${rows[0]}`);
  assert.ok(Math.abs(SIZE - 1 - rows[rows.length - 1] - BORDER) < EDGE_PIXELS, "last row");
  await page.evaluate(() => window.editorPage.close());
});

test.run();
