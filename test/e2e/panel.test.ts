/** The panel in a browser, over a client and a host that do as they are told. */
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OfflinePage, openOfflinePage } from "../../plugin/browser/offline-page.ts";
import type { Asset, ServiceModel } from "../../plugin/protocol/service.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { saveScreenshot } from "../helpers/screenshot.ts";
import { testUnless } from "../helpers/skip.ts";
import type { PageCall, PageState, PanelPage } from "../pages/panel/panel-page.ts";
import { makeAsset, makeResult, uuidOf } from "../unit/panel/assets.ts";

declare global {
  /** In the page, where test/pages/panel/page.tsx puts it. */
  var panelPage: PanelPage;
}

const test = suite("e2e/panel");
const noBrowser = await browserUnavailable();

/** WCAG 2.2, success criterion 1.4.3, text of usual size. */
const AA_CONTRAST = 4.5;

/** Those in a list that has a part of 800 pixels, spare ones above and below, and the tab stop. */
const MAX_ROWS_DRAWN = 30;

/** For conditions that come within a moment, also on a busy machine. */
const WAIT_MS = 10_000;

const MODEL: ServiceModel = {
  id: "maquette-tiny",
  name: "Maquette tiny",
  precision: "f32",
  licence: { spdx: "CC-BY-NC-4.0", commercialUse: false, source: "https://example.org/model" },
  preview: true,
  device: "auto",
  deviceInUse: "cpu",
};

const READY = makeAsset({ uuid: uuidOf(1), name: "amphora", result: makeResult() });
const WORKING = makeAsset({
  uuid: uuidOf(2),
  name: "barrel",
  state: "working",
  job: { id: "job-2", stage: "encode", fraction: 0.5, remainingMs: 4000 },
});
const FAILED = makeAsset({
  uuid: uuidOf(3),
  name: "crate",
  state: "failed",
  problem: { code: "no-surface", message: "field: no surface — lower the iso density" },
});
const ORPHANED = makeAsset({
  uuid: uuidOf(4),
  name: "potion",
  state: "orphaned",
  result: makeResult({ warnings: ["picture: 40 pixels wide — use a larger one"] }),
});

const OPEN: PageState = {
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

let browser: OfflinePage;
let page: Page;
let script: string;

test.before(async () => {
  if (noBrowser !== undefined) return;
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
  browser = await openOfflinePage();
  ({ page } = browser);
  page.setDefaultTimeout(WAIT_MS);
});

test.after(async () => {
  if (noBrowser === undefined) await browser.close();
});

function inBrowser(name: string, body: () => void | Promise<void>): void {
  testUnless(noBrowser, test, name, body);
}

async function open(state: Partial<PageState> = {}, width = 400, height = 800): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("about:blank");
  await page.setContent("<!doctype html><html lang='en'><body></body></html>");
  await page.addScriptTag({ content: script });
  await setState({ ...OPEN, ...state });
}

async function setState(changes: Partial<PageState>): Promise<void> {
  await page.evaluate((state) => panelPage.setState(state), changes);
}

async function setAsset(asset: Asset): Promise<void> {
  await setState({ assets: [asset] });
}

async function calls(name: string): Promise<PageCall[]> {
  return (await page.evaluate(() => panelPage.calls)).filter((call) => call.name === name);
}

async function waitForCalls(name: string, count: number): Promise<void> {
  await page.waitForFunction(
    ([wanted, least]) => panelPage.calls.filter((call) => call.name === wanted).length >= least,
    [name, count] as const,
  );
}

const rows = () => page.getByRole("listbox", { name: "Pictures" }).getByRole("option");
const row = (name: string) => rows().filter({ hasText: name });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const field = (name: string) => page.getByLabel(name, { exact: true });

async function assertShown(text: string): Promise<void> {
  await page.getByText(text, { exact: false }).first().waitFor();
}

inBrowser("shows each picture with its state, and the first one's facts", async () => {
  await open();
  assert.equal(
    (await rows().allInnerTexts()).map((text) => text.split("\n").slice(0, 2)),
    [
      ["amphora", "Up to date · 5,000 triangles"],
      ["barrel", "Encoding, about 4 s left"],
      ["crate", "Failed: field: no surface"],
      ["potion", "Picture deleted"],
    ],
  );
  for (const fact of ["0.62 × 1 × 0.58 m", "214 kB", "plain backdrop keyed out", "maquette-tiny"]) {
    await assertShown(fact);
  }
});

inBrowser("tells progress by stage and time left, to all senses", async () => {
  await open();
  await row("barrel").click();
  const bar = page.getByRole("progressbar");
  assert.is(await bar.getAttribute("aria-valuetext"), "Encoding, about 4 s left");
  // Two of eight stages and half of the third: 31.25 %.
  assert.is(await bar.getAttribute("aria-valuenow"), "31");
});

inBrowser("errors, retries and warnings say what is wrong and what to do", async () => {
  await open();
  await row("crate").click();
  await assertShown("field: no surface");
  await assertShown("What to do: lower the iso density");
  await row("potion").click();
  await assertShown("What to do: use a larger one");
  const retryAfter = { code: "busy", message: "crate.png: open elsewhere — close it there" };
  await setAsset({ ...FAILED, state: "waiting", job: { id: "1", fraction: 0, retryAfter } });
  await assertShown("it is tried again");
  await assertShown("What to do: close it there");
});

inBrowser("asks client and host for what its buttons say", async () => {
  await open();
  await button("Place in scene").click();
  await button("Regenerate").click();
  await button("Reveal").click();
  await page.evaluate((uuid) => panelPage.setPlaced(uuid, 2), READY.uuid);
  await assertShown("2 in the scene");
  await button("Select").click();
  await row("barrel").click();
  await button("Cancel").click();
  for (const [name, argument] of [
    ["place", READY.uuid],
    ["generate", READY.uuid],
    ["reveal", READY.uuid],
    ["select", READY.uuid],
    ["cancel", "job-2"],
  ]) {
    assert.equal(
      (await calls(String(name))).map(({ args }) => args),
      [[argument]],
      name,
    );
  }
});

inBrowser("what cannot be done now says why and does nothing", async () => {
  await open();
  await row("crate").click();
  assert.is(await button("Place in scene").getAttribute("title"), "There is no mesh yet");
  await button("Place in scene").click({ force: true });
  await row("potion").click();
  assert.is(await button("Regenerate").getAttribute("title"), "The picture was deleted");
  await button("Regenerate").click({ force: true });
  await setState({ connection: "lost", problem: "service: gone — start `maquette serve`" });
  await assertShown("Connection lost");
  await assertShown("What to do: start `maquette serve`");
  await button("Place in scene").click({ force: true });
  await button("Reveal").click({ force: true });
  for (const name of ["place", "generate", "reveal"]) assert.equal(await calls(name), [], name);
});

inBrowser("a refused request is told until it is dismissed", async () => {
  await open();
  await page.evaluate(() => panelPage.refuse("generate", "queue: full — wait a little"));
  await button("Regenerate").click();
  await assertShown("queue: full");
  await assertShown("What to do: wait a little");
  await button("Dismiss").click();
  await page.getByText("queue: full").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => panelPage.strayErrors), []);
});

inBrowser("a request under way is not sent twice", async () => {
  await open();
  await page.evaluate(() => panelPage.hold("generate"));
  await button("Regenerate").click();
  await button("Regenerate").click({ force: true });
  assert.is((await calls("generate")).length, 1);
  await page.evaluate(() => panelPage.release("generate"));
  await page.locator("button[aria-busy=false]", { hasText: "Regenerate" }).waitFor();
  await button("Regenerate").click();
  assert.is((await calls("generate")).length, 2);
});

inBrowser("settings are sent when they are applied, not before", async () => {
  await open({ assets: [{ ...READY, settings: { ...READY.settings, own: { resolution: 200 } } }] });
  await assertShown("Preset: 5,000");
  await field("Triangles").fill("800");
  await button("Resolution back to preset").click();
  assert.is(await field("Resolution").inputValue(), "120");
  assert.equal(await calls("changeSettings"), []);
  await field("Triangles").press("Enter");
  await waitForCalls("changeSettings", 1);
  assert.equal((await calls("changeSettings"))[0]?.args, [
    READY.uuid,
    { triangles: 800, resolution: null },
  ]);
});

inBrowser("a wrong setting is told at its field and nothing is sent", async () => {
  await open();
  await field("Resolution").fill("12");
  await button("Apply").click();
  const problem = "Resolution: 12 — allowed: a whole number from 16 to 1024";
  await assertShown(problem);
  assert.is(await field("Resolution").getAttribute("aria-invalid"), "true");
  const noteId = await field("Resolution").getAttribute("aria-describedby");
  assert.is(await page.locator(`[id="${noteId}"]`).innerText(), problem);
  await field("Resolution").fill("128");
  assert.is(await field("Resolution").getAttribute("aria-invalid"), "false");
  assert.equal(await calls("changeSettings"), []);
});

inBrowser("settings that were refused stay in the form", async () => {
  await open();
  await page.evaluate(() => panelPage.refuse("changeSettings", "disk: full — make room"));
  await field("Triangles").fill("800");
  await button("Apply").click();
  await assertShown("disk: full");
  assert.is(await field("Triangles").inputValue(), "800");
});

inBrowser("settings that were typed wait for their asset to be chosen again", async () => {
  await open();
  await field("Triangles").fill("800");
  await row("barrel").click();
  await page.getByRole("heading", { name: "barrel" }).waitFor();
  assert.is(await field("Triangles").inputValue(), "5000");
  await row("amphora").click();
  await page.getByRole("heading", { name: "amphora" }).waitFor();
  assert.is(await field("Triangles").inputValue(), "800");
  await button("Discard").click();
  await row("barrel").click();
  await row("amphora").click();
  await page.getByRole("heading", { name: "amphora" }).waitFor();
  assert.is(await field("Triangles").inputValue(), "5000");
});

inBrowser("the buttons of an asset are in view in a narrow pane too", async () => {
  for (const count of [1, 3, 40]) {
    const assets = Array.from({ length: count }, (_, i) =>
      makeAsset({ uuid: uuidOf(i), name: `amphora-${i}`, result: makeResult() }),
    );
    await open({ assets }, 300, 760);
    await page.locator(".maquette-wipe").waitFor();
    for (const name of ["Place in scene", "Regenerate", "Reveal"]) {
      const box = await button(name).boundingBox();
      assert.ok(
        box && box.y + box.height < 700,
        `${count} assets, ${name}: ${JSON.stringify(box)}`,
      );
    }
    await saveScreenshot(page, `panel/narrow-${count}.webp`);
  }
});

inBrowser("the list has one tab stop and the arrow keys choose", async () => {
  await open();
  await field("Show").focus();
  await page.keyboard.press("Tab");
  const focused = () => page.locator("[role=option]:focus").getAttribute("aria-selected");
  const chosen = () => page.locator("[aria-selected=true] .maquette-name").innerText();
  assert.is(await focused(), "true");
  for (const [key, name] of [
    ["ArrowDown", "barrel"],
    ["End", "potion"],
    ["ArrowDown", "potion"],
    ["ArrowUp", "crate"],
    ["Home", "amphora"],
    ["PageDown", "potion"],
  ] as const) {
    await page.keyboard.press(key);
    assert.is(await chosen(), name, key);
    assert.is(await focused(), "true", key);
    await page.getByRole("heading", { name }).waitFor();
  }
});

inBrowser("everything that can be clicked is reached by Tab and shows it", async () => {
  await open({ assets: [READY] });
  await page.locator(".maquette-wipe").waitFor();
  const wanted = await page.evaluate(() => panelPage.sight.countClickable());
  const reached = new Set<number>();
  for (let presses = 0; presses < wanted; presses++) {
    await page.keyboard.press("Tab");
    const { index, outline } = await page.evaluate(() => panelPage.sight.describeFocus());
    assert.is(outline, "solid", `stop ${presses + 1}`);
    reached.add(index);
  }
  assert.is(reached.size, wanted);
});

inBrowser("picture and mesh are wiped by the arrow keys, edge to edge", async () => {
  await open({ assets: [READY] });
  const wipe = field("Wipe between picture and mesh");
  const clips = () => page.evaluate(() => panelPage.sight.comparisonClips());
  await wipe.press("Home");
  assert.equal(await clips(), ["inset(0px 100% 0px 0px)", "inset(0px 0px 0px 0%)"]);
  await wipe.press("End");
  assert.equal(await clips(), ["inset(0px 0% 0px 0px)", "inset(0px 0px 0px 100%)"]);
  await wipe.press("ArrowLeft");
  assert.is(await wipe.getAttribute("aria-valuetext"), "99 % picture");
});

inBrowser("picture and mesh stand in the same place, as large", async () => {
  await open({ assets: [] });
  const disc = (cx: number, cy: number, r: number, ground: string) => ({
    type: "image/svg+xml",
    base64: Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">${ground}<circle cx="${cx}" cy="${cy}" r="${r}" fill="#c33"/></svg>`,
    ).toString("base64"),
  });
  const white = '<rect width="200" height="100" fill="#fff"/>';
  const files = { picture: disc(40, 60, 20, white), render: disc(100, 50, 45, "") };
  await page.evaluate(([uuid, given]) => panelPage.setFiles(uuid, given), [
    READY.uuid,
    files,
  ] as const);
  await setAsset(READY);
  await page.locator(".maquette-wipe").waitFor();
  const boxes = await page.evaluate(() => panelPage.sight.redBoxes());
  // The subject is looked for on 160 pixels: one of them on each side of a disc 32 wide.
  const tolerance = 1 / 16;
  for (const box of boxes) {
    for (const [index, edge] of [0.07, 0.93, 0.07, 0.93].entries()) {
      assert.ok(Math.abs((box[index] ?? 0) - edge) < tolerance, `${box}`);
    }
  }
  assert.is(boxes.length, 2);
});

inBrowser("a new mesh is rendered again, from the same picture not", async () => {
  await open({ assets: [READY] });
  await waitForCalls("renderFront", 1);
  await setAsset({ ...READY, result: makeResult({ sha256: "f".repeat(64) }) });
  await waitForCalls("renderFront", 2);
  await setAsset({
    ...READY,
    picture: "concept-art/another.png",
    result: makeResult({ sha256: "f".repeat(64) }),
  });
  await page.getByRole("heading", { name: "another" }).waitFor();
  assert.is((await calls("renderFront")).length, 2);
  assert.is((await calls("picture")).length, 1);
});

inBrowser("a mesh that cannot be rendered is told of; the picture stays", async () => {
  await open({ assets: [] });
  await page.evaluate(() => panelPage.refuse("renderFront", "viewport: lost — reload the page"));
  await setAsset(READY);
  await assertShown("What to do: reload the page");
  await page.getByAltText("Concept art of amphora").waitFor();
  assert.is(await page.locator(".maquette-wipe").count(), 0);
});

inBrowser("a picture of a format no browser knows is shown small", async () => {
  await open({ assets: [] });
  const files = { picture: { type: "image/tiff", base64: btoa("II*") } };
  await page.evaluate(([uuid, given]) => panelPage.setFiles(uuid, given), [
    READY.uuid,
    files,
  ] as const);
  await setAsset(READY);
  await page.getByAltText("Concept art of amphora").waitFor();
});

inBrowser("thumbnails follow their pictures, and no object URL is left", async () => {
  await open({ assets: [READY] });
  await page.locator(".maquette-wipe").waitFor();
  // A thumbnail, the picture and the mesh.
  await page.waitForFunction(() => panelPage.openUrls === 3);
  for (let change = 1; change <= 5; change++) {
    const before = (await calls("thumbnail")).length;
    await setAsset({
      ...READY,
      result: makeResult({ pictureSha256: String(change).repeat(64).slice(0, 64) }),
    });
    await waitForCalls("thumbnail", before + 1);
    await waitForCalls("picture", change + 1);
  }
  await page.waitForFunction(() => panelPage.openUrls === 3);
  await page.evaluate(() => panelPage.unmount());
  await page.waitForFunction(() => panelPage.openUrls === 0);
});

inBrowser("of a thousand pictures only those in view are drawn and load", async () => {
  const many = Array.from({ length: 1000 }, (_, index) =>
    makeAsset({ uuid: uuidOf(index), name: `prop ${index}`, result: makeResult() }),
  );
  await open({ assets: many });
  await page.locator(".maquette-thumbnail img").first().waitFor();
  assert.is(await rows().first().getAttribute("aria-setsize"), "1000");
  assert.ok((await rows().count()) <= MAX_ROWS_DRAWN);
  assert.ok((await calls("thumbnail")).length <= MAX_ROWS_DRAWN);
  await rows().first().focus();
  await page.keyboard.press("End");
  await page.getByRole("heading", { name: "prop 999" }).waitFor();
  assert.is(await page.locator("[role=option]:focus").getAttribute("aria-posinset"), "1000");
  await page.waitForFunction(
    (uuid) => panelPage.calls.some(({ name, args }) => name === "thumbnail" && args[0] === uuid),
    uuidOf(999),
  );
  assert.ok((await rows().count()) <= MAX_ROWS_DRAWN);
  assert.ok((await calls("thumbnail")).length <= 2 * MAX_ROWS_DRAWN);
  await page.locator(".maquette-list").hover();
  await page.mouse.wheel(0, -100_000);
  await row("prop 3").first().waitFor();
  assert.is(await page.locator("[role=option]:focus").getAttribute("aria-posinset"), "1000");
  await field("Search pictures").fill("prop 50");
  // 50, 150 to 950, and 500 to 509.
  await page.locator("[role=option][aria-setsize='20']").first().waitFor();
});

inBrowser("what is selected in the scene is chosen and brought into view", async () => {
  const many = Array.from({ length: 200 }, (_, index) =>
    makeAsset({ uuid: uuidOf(index), name: `prop ${index}` }),
  );
  await open({ assets: many });
  await page.evaluate((uuid) => panelPage.selectInScene(uuid), uuidOf(150));
  await page.getByRole("heading", { name: "prop 150" }).waitFor();
  // In view are its neighbours too.
  await row("prop 149").waitFor();
  assert.is(await row("prop 150").getAttribute("aria-selected"), "true");
});

inBrowser("a search without a match offers the way back", async () => {
  await open();
  await field("Search pictures").fill("sword");
  await field("Show").selectOption({ label: "Failed (1)" });
  await assertShown("No picture matches");
  await button("Show all").click();
  assert.is(await rows().count(), 4);
});

inBrowser("an empty project says where concept art goes", async () => {
  await open({ assets: [] });
  await assertShown("Drop a picture here, or save one into concept-art");
  await saveScreenshot(page, "panel/empty.webp");
});

async function drop(files: readonly string[], paths: readonly string[] = []): Promise<void> {
  await page.evaluate(([names, absolute]) => panelPage.drop(names, absolute), [
    files,
    paths,
  ] as const);
}

inBrowser("dropped files are uploaded, refused ones told, a lone one chosen", async () => {
  await open();
  await page.evaluate(() => panelPage.hold("upload"));
  await drop(["sword.png", "shield.png"]);
  await assertShown("Adding 1 of 2: sword.png");
  await page.evaluate(() => {
    panelPage.refuse("upload", "no picture — save it as PNG");
    panelPage.release("upload");
  });
  await assertShown("shield.png: no picture");
  await page.evaluate(() => panelPage.refuse("upload", undefined));
  await drop(["axe.png"]);
  await waitForCalls("upload", 3);
  assert.equal(
    (await calls("upload")).map(({ args }) => args[0]),
    ["sword.png", "shield.png", "axe.png"],
  );
  const axe = makeAsset({ uuid: uuidOf(9), name: "axe", picture: "concept-art/axe.png" });
  await setState({ assets: [...OPEN.assets, axe] });
  await page.getByRole("heading", { name: "axe" }).waitFor();
});

inBrowser("files chosen with the button are uploaded", async () => {
  await open();
  await page
    .locator("input[type=file]")
    .setInputFiles([{ name: "sword.png", mimeType: "image/png", buffer: Buffer.from("bytes") }]);
  await waitForCalls("upload", 1);
  assert.equal((await calls("upload"))[0]?.args, ["sword.png", 5]);
});

inBrowser("assets dragged from the host's browser go to the host", async () => {
  await open();
  await drop([], ["/project/assets/hero.png"]);
  await waitForCalls("importPaths", 1);
  assert.equal((await calls("importPaths"))[0]?.args, [["/project/assets/hero.png"]]);
  assert.equal(await calls("upload"), []);
});

inBrowser("a row with a mesh is dragged as its uuid, and is no picture", async () => {
  await open();
  const dragged = await page.evaluate(() => panelPage.dragRow(0));
  assert.equal(dragged, { "application/x-maquette-asset": READY.uuid });
  assert.is(await page.locator(".maquette-drop").count(), 0);
  assert.is(await row("amphora").getAttribute("draggable"), "true");
  assert.is(await row("barrel").getAttribute("draggable"), "false");
});

inBrowser("shows the model's device, precision and licence; links only to the web", async () => {
  await open();
  await assertShown("Preview");
  await assertShown("Non-commercial");
  await page.locator(".maquette-model summary").click();
  await assertShown("cpu (asked for: auto)");
  await assertShown("CC-BY-NC-4.0, no commercial use");
  const links = page.locator(".maquette-model a");
  assert.is(await links.getAttribute("href"), "https://example.org/model");
  assert.is(await links.getAttribute("rel"), "noreferrer");
  const licence = { ...MODEL.licence, source: "javascript:alert(1)" };
  await setState({ model: { ...MODEL, licence } });
  await links.waitFor({ state: "detached" });
});

inBrowser("an error of its own stays within the panel, which can be tried again", async () => {
  await open();
  await page.evaluate(() => panelPage.breakRendering(true));
  await assertShown("The panel has stopped working");
  await assertShown("What to do: repair it");
  await page.evaluate(() => panelPage.breakRendering(false));
  await button("Try again").click();
  assert.is(await rows().count(), 4);
});

inBrowser("says what ended and what failed, for those who cannot see it", async () => {
  await open();
  await setAsset({ ...WORKING, state: "ready", result: makeResult() });
  await page
    .locator("[aria-live=polite]", { hasText: /^barrel: mesh is up to date\.$/ })
    .waitFor({ state: "attached" });
});

const lowContrastTexts = () =>
  page.evaluate((least) => panelPage.sight.lowContrastTexts(least), AA_CONTRAST);

for (const theme of ["light", "dark"] as const) {
  inBrowser(`text has enough contrast in the ${theme} theme`, async () => {
    await open({}, 900, 1500);
    await page.evaluate((name) => panelPage.setTheme(name), theme);
    await page.evaluate(() => panelPage.refuse("generate", "queue: full — wait a little"));
    await button("Regenerate").click();
    await field("Resolution").fill("12");
    await button("Apply").click();
    for (const summary of await page.locator("summary").all()) await summary.click();
    await page.locator(".maquette-wipe").waitFor();
    assert.equal(await lowContrastTexts(), []);
    await setState({ connection: "lost", problem: "service: gone — start it" });
    for (const name of ["crate", "potion", "barrel"]) {
      await row(name).click();
      await page.getByRole("heading", { name }).waitFor();
      assert.equal(await lowContrastTexts(), [], name);
    }
    await saveScreenshot(page, `panel/${theme}.webp`);
  });
}

inBrowser("the desktop's theme is taken unless the host has its own", async () => {
  await open();
  const ground = () => page.evaluate(() => panelPage.sight.ground());
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await ground();
  assert.is.not(dark, light);
  await page.evaluate(() => panelPage.setTheme("light"));
  await page.waitForFunction((wanted) => panelPage.sight.ground() === wanted, light);
});

inBrowser("fits from a narrow pane to a wide tab", async () => {
  const long = "a-very-long-name-without-any-break-that-somebody-gave-to-a-picture";
  const asset = makeAsset({
    ...READY,
    name: long,
    picture: `${long}/${long}.png`,
    mesh: `${long}/${long}.glb`,
  });
  await open({ assets: [asset] });
  await page.locator(".maquette-wipe").waitFor();
  for (const width of [260, 300, 500, 900, 1400]) {
    await page.setViewportSize({ width, height: 800 });
    const wider = await page.evaluate(() => panelPage.sight.overflowing());
    assert.equal(wider, [], `${width} px`);
  }
});

inBrowser("nothing moves for those who want it so", async () => {
  await open();
  await page.emulateMedia({ reducedMotion: "reduce" });
  const moving = await page.evaluate(() => panelPage.sight.countMoving());
  assert.is(moving, 0);
});

inBrowser("its styles touch nothing outside of it", async () => {
  await open();
  const selectors = await page.evaluate(() => panelPage.sight.selectors());
  assert.ok(selectors.length > 50);
  const foreign = selectors.filter((selector) => !selector.trim().startsWith(".maquette-"));
  assert.equal(foreign, []);
});

inBrowser("asks for nothing on the network", () => {
  assert.equal(browser.refusedRequests, []);
});

test.run();
