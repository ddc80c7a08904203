/** Pictures that are brought into the panel, in a browser. */
import * as assert from "uvu/assert";
import {
  assertShown,
  button,
  calls,
  OPEN,
  open,
  page,
  panelSuite,
  setState,
  waitForCalls,
} from "../../helpers/panel-page.ts";
import { saveScreenshot } from "../../helpers/screenshot.ts";
import { makeAsset, uuidOf } from "../../unit/panel/assets.ts";

const { inBrowser, run } = panelSuite("additions");

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

inBrowser("nobody is asked for pictures while there is no connection", async () => {
  await open({ assets: [], connection: "lost" });
  await assertShown("Connection lost");
  assert.is(await page.getByText("Drop a picture here").count(), 0);
  assert.is(await button("Add pictures…").getAttribute("aria-disabled"), "true");
});

run();
