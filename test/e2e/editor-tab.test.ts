/** What of the plugin needs a real browser: its tab in the Editor's themes, with the UMD Babylon. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OfflinePage, openOfflinePage } from "../../plugin/browser/offline-page.ts";
import { DEFAULT_READING } from "../../plugin/core/picture-reading.ts";
import { sha256 } from "../../plugin/files/hash.ts";
import { openGenerator } from "../../plugin/pipeline/generate.ts";
import type { Asset, ServiceModel } from "../../plugin/protocol/service.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { saveScreenshot } from "../helpers/screenshot.ts";
import { assetOf, helloOf, resultOf } from "../helpers/service-data.ts";
import { testUnless } from "../helpers/skip.ts";
import { heroGlb } from "../helpers/swap-scene.ts";
import type { EditorPage, PageState } from "../pages/editor/editor-page.ts";

const PAGE = fileURLToPath(new URL("../pages/editor/page.tsx", import.meta.url));
const PINE = fileURLToPath(new URL("../../samples/concept-art/pine.png", import.meta.url));
/** Coarser than the model's own, for the TypeScript kernels' sake. */
const RESOLUTION = 96;

declare function getComputedStyle(element: object): { getPropertyValue(name: string): string };
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

/** The Editor's dark colours, and what its style sheet does to every element. */
const EDITOR_PAGE = `
  <style>
    body {
      margin: 0;
      --background: 0 0% 13.9%;
      --card: 0 0% 13.9%;
      --foreground: 0 0% 98%;
      --border: 0 0% 24.9%;
    }
    body * {
      color: hsl(var(--foreground));
      font-family: sans-serif;
      outline: none !important;
    }
  </style>
  <body class="dark">
  <div id="tab" style="height: 560px"></div>`;

const test = suite("e2e/editor-tab");
const unavailable = await browserUnavailable();
let browser: OfflinePage | undefined;

function opened(): OfflinePage {
  if (!browser) throw new Error("no browser was opened");
  return browser;
}

/** The pine as the embedded model makes it, and both as the service would tell of them. */
async function generatePine(): Promise<{ glb: Uint8Array; pine: Asset; model: ServiceModel }> {
  const options = { model: "maquette-tiny", device: "cpu", onWarning: () => undefined };
  const generator = await openGenerator(options);
  try {
    const { id, name, preview, licence, precision, defaults } = generator.model;
    const model = { id, name, preview, licence, precision, device: "auto" } as const;
    const pine = assetOf(1, "pine");
    const settings = {
      ...pine.settings.preset,
      ...DEFAULT_READING,
      isoDensity: defaults.isoDensity,
      resolution: RESOLUTION,
    };
    const { glb, report } = await generator.generate({
      picturePath: PINE,
      name: "pine",
      settings,
    });
    const { bounds, matte, triangles, warnings } = report;
    const made = { bytes: glb.length, bounds, matte, triangles, warnings, model };
    return { glb, pine: { ...pine, result: { ...resultOf(sha256(glb)), ...made } }, model };
  } finally {
    await generator.close();
  }
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
  await browser.page.setViewportSize({ width: 1100, height: 560 });
  await browser.page.setContent(EDITOR_PAGE);
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
    const { project, folders } = helloOf();
    const { glb, pine, model } = await generatePine();
    const state: PageState = {
      connection: "open",
      problem: undefined,
      project,
      model,
      folders,
      log: [],
      assets: [[pine.uuid, pine]],
    };
    const shown = [state, [...glb], [...(await readFile(PINE))]] as const;
    await page.evaluate((given) => window.editorPage.show(...given), shown);
    await page.getByText("pine").first().waitFor();
    await page.getByRole("slider").waitFor();
    const theme = () =>
      document.querySelector(".maquette-panel")?.getAttribute("data-maquette-theme");
    assert.is(await page.evaluate(theme), "dark");
    assert.is(await page.evaluate(variable, "--m-ground"), "hsl(0 0% 13.9%)");
    assert.match(await page.evaluate(variable, "--m-raised"), "#282d38", "the panel's own");
    assert.is(await page.evaluate(() => document.head.querySelectorAll("style, link").length), 1);
    await saveScreenshot(page, "samples/screenshots/editor-tab.webp");
    await page.evaluate(() => document.body.classList.toggle("dark"));
    await page.locator('[data-maquette-theme="light"]').waitFor();
    assert.equal(refusedRequests, []);
  },
);

testUnless(
  unavailable,
  test,
  "what the Editor's style sheet does to every element leaves colours and focus to the tab",
  async () => {
    const { page } = opened();
    const quiet = await page
      .locator(".maquette-row-state")
      .first()
      .evaluate((element) => getComputedStyle(element).getPropertyValue("color"));
    assert.is.not(quiet, "rgb(250, 250, 250)", "the Editor's");
    const search = page.getByPlaceholder("Search pictures");
    await search.focus();
    const style = await search.evaluate((element) =>
      getComputedStyle(element).getPropertyValue("outline-style"),
    );
    assert.is(style, "solid");
  },
);

/** Of the panel's style, in the page. */
function variable(name: string): string {
  const panel = document.querySelector(".maquette-panel");
  return panel ? getComputedStyle(panel).getPropertyValue(name) : "";
}

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
