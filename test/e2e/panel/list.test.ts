/** The list of pictures in a browser. */
import * as assert from "uvu/assert";
import {
  assertShown,
  button,
  calls,
  field,
  open,
  page,
  panelSuite,
  READY,
  row,
  rows,
  setAsset,
  setState,
  WORKING,
  waitForCalls,
} from "../../helpers/panel-page.ts";
import { makeAsset, makeResult, uuidOf } from "../../unit/panel/assets.ts";

const { inBrowser, run } = panelSuite("list");

/** Those in a list that has a part of 800 pixels, spare ones above and below, and the tab stop. */
const MAX_ROWS_DRAWN = 30;

inBrowser("shows each picture with its state, and the first one's facts", async () => {
  await open();
  assert.equal(
    (await rows().allInnerTexts()).map((text) => text.split("\n").slice(0, 3)),
    [
      ["amphora", "Up to date · 5,000 triangles"],
      ["barrel", "Encoding", "3 min left"],
      ["crate", "Failed: field: no surface"],
      ["potion", "Picture deleted"],
    ],
  );
  for (const fact of ["0.62 × 1 × 0.58 m", "214 kB", "plain backdrop keyed out", "maquette-tiny"]) {
    await assertShown(fact);
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

inBrowser(
  "what is selected in the scene and is no asset of the project changes nothing",
  async () => {
    await open();
    await row("crate").click();
    await page.evaluate((uuid) => panelPage.selectInScene(uuid), uuidOf(99));
    await setState({ project: "told later" });
    await page.getByRole("heading", { name: "crate" }).waitFor();
    assert.is(await row("crate").getAttribute("aria-selected"), "true");
  },
);

inBrowser("a search without a match offers the way back", async () => {
  await open();
  await field("Search pictures").fill("sword");
  await field("Show").selectOption({ label: "Failed (1)" });
  await assertShown("No picture matches");
  await button("Show all").click();
  assert.is(await rows().count(), 4);
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

inBrowser("a row with a mesh is dragged as its uuid, and is no picture", async () => {
  await open();
  const dragged = await page.evaluate(() => panelPage.dragRow(0));
  assert.equal(dragged, { "application/x-maquette-asset": READY.uuid });
  assert.is(await page.locator(".maquette-drop").count(), 0);
  assert.is(await row("amphora").getAttribute("draggable"), "true");
  assert.is(await row("barrel").getAttribute("draggable"), "false");
});

inBrowser(
  "what is looked at stays, with the keyboard, when pictures come and are renamed",
  async () => {
    await open({ assets: [READY, WORKING] });
    await field("Show").focus();
    await page.keyboard.press("Tab");
    const abbey = makeAsset({ uuid: uuidOf(9), name: "abbey" });
    await setState({ assets: [abbey, READY, WORKING] });
    await row("abbey").waitFor();
    await page.getByRole("heading", { name: "amphora" }).waitFor();
    const urn = { ...READY, picture: "concept-art/urn.png" };
    await setState({ assets: [abbey, WORKING, urn] });
    await page.getByRole("heading", { name: "urn" }).waitFor();
    assert.is(await page.locator("[role=option]:focus .maquette-name").innerText(), "urn");
    await setState({ assets: [abbey, WORKING] });
    await page.getByRole("heading", { name: "abbey" }).waitFor();
  },
);

run();
