/** How the panel looks and fits, in a browser. */
import * as assert from "uvu/assert";
import {
  button,
  field,
  MODEL,
  open,
  page,
  panelSuite,
  READY,
  row,
  setState,
} from "../../helpers/panel-page.ts";
import { saveScreenshot } from "../../helpers/screenshot.ts";
import { makeAsset, makeResult, uuidOf } from "../../unit/panel/assets.ts";

const { inBrowser, run } = panelSuite("look");

/** WCAG 2.2, success criterion 1.4.3, text of usual size. */
const AA_CONTRAST = 4.5;

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

const UNNAMED =
  /^- '?(?:button|link|textbox|searchbox|combobox|slider|progressbar|listbox|option|img|form|navigation|article)(?! ")/;

inBrowser(
  "all that can be used or seen has a name, and headings lead to the settings",
  async () => {
    await open();
    await page.locator(".maquette-wipe").waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
    await row("barrel").click();
    await page.getByRole("heading", { name: "barrel", level: 2 }).waitFor();
    await page.getByAltText("Concept art of barrel").waitFor();
    await field("Triangles").fill("800");
    const lines = (await page.locator("body").ariaSnapshot())
      .split("\n")
      .map((line) => line.trim());
    assert.ok(lines.includes('- heading "Settings" [level=3]'));
    assert.ok(lines.includes('- progressbar "Progress"'));
    assert.equal(
      lines.filter((line) => UNNAMED.test(line)),
      [],
    );
  },
);

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
  await open({ assets: [asset], model: { ...MODEL, name: long } });
  await page.locator(".maquette-wipe").waitFor();
  for (const width of [260, 280, 360, 500, 600, 700, 900, 1400]) {
    await page.setViewportSize({ width, height: 800 });
    for (const header of ["folded", "open"]) {
      const wider = await page.evaluate(() => panelPage.sight.overflowing());
      assert.equal(wider, [], `${width} px, ${header}`);
      await page.locator(".maquette-model summary").click();
    }
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

run();
