/** Picture and mesh over one another, in a browser. */
import * as assert from "uvu/assert";
import {
  assertShown,
  calls,
  field,
  ORPHANED,
  open,
  page,
  panelSuite,
  READY,
  setAsset,
  waitForCalls,
} from "../../helpers/panel-page.ts";
import { makeResult } from "../../unit/panel/assets.ts";

const { inBrowser, run } = panelSuite("comparison");

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

inBrowser("a mesh that is behind its picture is called the former one", async () => {
  await open({ assets: [READY] });
  const caption = page.locator(".maquette-caption-after");
  await page.locator(".maquette-wipe").waitFor();
  assert.is(await caption.innerText(), "Mesh");
  for (const state of ["waiting", "working", "failed", "cancelled"] as const) {
    await setAsset({ ...READY, state });
    await caption.filter({ hasText: "Former mesh" }).waitFor();
    await setAsset(READY);
    await caption.filter({ hasText: /^Mesh$/ }).waitFor();
  }
});

inBrowser("a picture that was deleted is not asked for", async () => {
  await open({ assets: [ORPHANED] });
  await page.getByAltText("Mesh of potion").waitFor();
  assert.equal(await calls("picture"), []);
  assert.equal(await calls("thumbnail"), []);
});

run();
