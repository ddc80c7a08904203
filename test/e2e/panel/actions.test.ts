/** What can be done with a picture, in a browser. */
import * as assert from "uvu/assert";
import {
  assertShown,
  button,
  calls,
  open,
  page,
  panelSuite,
  READY,
  row,
  setAsset,
  setState,
} from "../../helpers/panel-page.ts";

const { inBrowser, run } = panelSuite("actions");

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
  await assertShown("What to do: start maquette serve");
  assert.is(await page.locator("code").innerText(), "maquette serve");
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

inBrowser("a double click, or a key held down, does not take back what it asked for", async () => {
  const job = { id: "job-1", fraction: 0 };
  await open({ assets: [READY] });
  const box = await button("Regenerate").boundingBox();
  const [x, y] = [(box?.x ?? 0) + 5, (box?.y ?? 0) + 5];
  await page.mouse.click(x, y);
  await setAsset({ ...READY, state: "waiting", job });
  await button("Cancel").waitFor();
  await page.mouse.down({ clickCount: 2 });
  await page.mouse.up({ clickCount: 2 });
  assert.equal(await calls("cancel"), []);
  await button("Cancel").focus();
  await page.keyboard.down("Enter");
  await setAsset(READY);
  await button("Regenerate").waitFor();
  await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  assert.is((await calls("cancel")).length, 1);
  assert.is((await calls("generate")).length, 1);
});

inBrowser("the keyboard stays on the button that asks and takes back", async () => {
  await open({ assets: [READY] });
  await button("Regenerate").press("Enter");
  await setAsset({ ...READY, state: "waiting", job: { id: "job-1", fraction: 0 } });
  await page.locator("button:focus", { hasText: "Cancel" }).press("Enter");
  assert.equal((await calls("cancel"))[0]?.args, ["job-1"]);
});

run();
