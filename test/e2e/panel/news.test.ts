/** What the panel tells of the work, the model and the service, in a browser. */
import * as assert from "uvu/assert";
import {
  assertShown,
  button,
  FAILED,
  MODEL,
  ORPHANED,
  open,
  page,
  panelSuite,
  row,
  rows,
  setAsset,
  setState,
  WORKING,
} from "../../helpers/panel-page.ts";
import { makeResult } from "../../unit/panel/assets.ts";

const { inBrowser, run } = panelSuite("news");

inBrowser("tells progress by stage and time left, to all senses", async () => {
  await open();
  await row("barrel").click();
  const bar = page.getByRole("progressbar");
  assert.is(await bar.getAttribute("aria-valuetext"), "Encoding, about 3 min left");
  // Two of eight stages and half of the third: 31.25 %.
  assert.is(await bar.getAttribute("aria-valuenow"), "31");
});

inBrowser(
  "time left falls, is the same wherever it is shown, and never stays at its end",
  async () => {
    await open();
    const passSeconds = (seconds: number) =>
      page.evaluate((ms) => {
        const now = performance.now.bind(performance);
        performance.now = () => now() + ms;
      }, seconds * 1000);
    const inList = page.locator(".maquette-row-time");
    const inDetails = () => page.getByRole("progressbar").getAttribute("aria-valuetext");
    await passSeconds(150);
    await inList.filter({ hasText: /^[1-5]\d s left$/ }).waitFor();
    await row("barrel").click();
    await page.getByRole("heading", { name: "barrel" }).waitFor();
    assert.match((await inDetails()) ?? "", /^Encoding, about [1-5]\d s left$/);
    await passSeconds(60);
    await inList.waitFor({ state: "detached" });
    await page.locator("[aria-valuetext=Encoding]").waitFor();
    await setAsset(WORKING);
    await inList.filter({ hasText: "3 min left" }).waitFor();
    assert.is(await inDetails(), "Encoding, about 3 min left");
  },
);

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

inBrowser("says what ended and what failed, for those who cannot see it", async () => {
  await open();
  await setAsset({ ...WORKING, state: "ready", result: makeResult() });
  await page
    .locator("[aria-live=polite]", { hasText: /^barrel: mesh is up to date\.$/ })
    .waitFor({ state: "attached" });
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

inBrowser("says what comes of a cancelled picture and of a deleted one", async () => {
  await open({ assets: [ORPHANED] });
  await assertShown("Put the picture back to go on");
  await setAsset({ ...WORKING, state: "cancelled" });
  await assertShown("until the picture changes or a mesh is asked for");
});

inBrowser("says that the model is loaded while the first mesh is made", async () => {
  const { deviceInUse: _, ...unused } = MODEL;
  await open({ assets: [WORKING], model: unused });
  const words = page.getByText("The model is being loaded for the first mesh");
  await words.waitFor();
  await setState({ model: MODEL });
  await words.waitFor({ state: "detached" });
});

run();
