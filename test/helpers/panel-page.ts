/**
 * The panel in a browser, over a client and a host that do as they are told. All suites of a run
 * share one browser, which ends with the last of them.
 */
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OfflinePage, openOfflinePage } from "../../plugin/browser/offline-page.ts";
import type { Asset, ServiceModel } from "../../plugin/protocol/service.ts";
import type { PageCall, PageState, PanelPage } from "../pages/panel/panel-page.ts";
import { makeAsset, makeResult, uuidOf } from "../unit/panel/assets.ts";
import { browserUnavailable } from "./browser.ts";
import { testUnless } from "./skip.ts";

declare global {
  /** In the page, where test/pages/panel/page.tsx puts it. */
  var panelPage: PanelPage;
}

export const MODEL: ServiceModel = {
  id: "maquette-tiny",
  name: "Maquette tiny",
  precision: "f32",
  licence: { spdx: "CC-BY-NC-4.0", commercialUse: false, source: "https://example.org/model" },
  preview: true,
  device: "auto",
  deviceInUse: "cpu",
};

export const READY = makeAsset({ uuid: uuidOf(1), name: "amphora", result: makeResult() });
export const WORKING = makeAsset({
  uuid: uuidOf(2),
  name: "barrel",
  state: "working",
  // "3 min left" for most of a minute, in which a test is done on a slow machine too.
  job: { id: "job-2", stage: "encode", fraction: 0.5, remainingMs: 200_000 },
});
export const FAILED = makeAsset({
  uuid: uuidOf(3),
  name: "crate",
  state: "failed",
  problem: { code: "no-surface", message: "field: no surface — lower the iso density" },
});
export const ORPHANED = makeAsset({
  uuid: uuidOf(4),
  name: "potion",
  state: "orphaned",
  result: makeResult({ warnings: ["picture: 40 pixels wide — use a larger one"] }),
});

export const OPEN: PageState = {
  connection: "open",
  problem: undefined,
  project: "lighthouse",
  model: MODEL,
  folders: ["concept-art"],
  assets: [READY, WORKING, FAILED, ORPHANED],
  log: [
    { level: "info", message: "watching concept-art" },
    { level: "error", message: "crate.png: no surface" },
  ],
};

const noBrowser = await browserUnavailable();
let suitesToCome = 0;
let browser: Promise<OfflinePage> | undefined;
let script: string;

/** Of the test that runs. */
export let page: Page;

export interface PanelSuite {
  /** Fails also when the panel asks for anything on the network. */
  inBrowser(name: string, body: () => Promise<void>): void;
  run(): void;
}

export function panelSuite(name: string): PanelSuite {
  const test = suite(`e2e/panel/${name}`);
  // Files are all read before the first test of any of them runs.
  suitesToCome++;
  test.after(async () => {
    if (--suitesToCome === 0) await (await browser)?.close();
  });
  return {
    inBrowser(title, body) {
      testUnless(noBrowser, test, title, async () => {
        browser ??= openBrowser();
        const { refusedRequests } = await browser;
        await body();
        assert.equal(refusedRequests, []);
      });
    },
    run: () => test.run(),
  };
}

async function openBrowser(): Promise<OfflinePage> {
  const bundle = await build({
    entryPoints: ["test/pages/panel/page.tsx"],
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    loader: { ".css": "text" },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  script = bundle.outputFiles[0]?.text ?? "";
  const opened = await openOfflinePage();
  ({ page } = opened);
  return opened;
}

export async function open(
  state: Partial<PageState> = {},
  width = 400,
  height = 800,
): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("about:blank");
  await page.setContent("<!doctype html><html lang='en'><body></body></html>");
  await page.addScriptTag({ content: script });
  await setState({ ...OPEN, ...state });
}

export async function setState(changes: Partial<PageState>): Promise<void> {
  await page.evaluate((state) => panelPage.setState(state), changes);
}

export async function setAsset(asset: Asset): Promise<void> {
  await setState({ assets: [asset] });
}

export async function calls(name: string): Promise<PageCall[]> {
  return (await page.evaluate(() => panelPage.calls)).filter((call) => call.name === name);
}

export async function waitForCalls(name: string, count: number): Promise<void> {
  await page.waitForFunction(
    ([wanted, least]) => panelPage.calls.filter((call) => call.name === wanted).length >= least,
    [name, count] as const,
  );
}

export const rows = () => page.getByRole("listbox", { name: "Pictures" }).getByRole("option");
export const row = (name: string) => rows().filter({ hasText: name });
export const button = (name: string) => page.getByRole("button", { name, exact: true });
export const field = (name: string) => page.getByLabel(name, { exact: true });

export async function assertShown(text: string): Promise<void> {
  await page.getByText(text, { exact: false }).first().waitFor();
}
