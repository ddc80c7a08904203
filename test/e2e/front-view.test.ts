import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OfflinePage, openOfflinePage } from "../../plugin/browser/offline-page.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { boxesGlb, type ColouredBox } from "../helpers/coloured-boxes.ts";
import { rejectionOf } from "../helpers/rejection.ts";
import { testUnless } from "../helpers/skip.ts";
import type { FrontViewPage } from "../pages/studio/front-view-page.ts";

declare const frontView: FrontViewPage;

const test = suite("e2e/front-view");
const noBrowser = await browserUnavailable();

const SIZE = 200;
/** The object's longer side fills four fifths of the picture. */
const EDGE = 0.1 * SIZE;
/** Of an edge that is rendered at twice the size and scaled down. */
const EDGE_TOLERANCE_PIXELS = 1;
const REPEATS = 30;

const RED = [0.8, 0.02, 0.02] as const;
const GREEN = [0.02, 0.6, 0.02] as const;
const BLUE = [0.02, 0.02, 0.8] as const;

/** A cube that is red in front, +Z, green above and blue everywhere else; off the origin. */
const CUBE: ColouredBox = {
  min: [3, 0, -1],
  max: [5, 2, 1],
  sides: [BLUE, BLUE, BLUE, GREEN, BLUE, RED],
};
/** A rod that sticks out to the picture's right, as far as the cube is wide. */
const ROD: ColouredBox = { min: [5, 1.4, -0.1], max: [7, 1.6, 0.1], sides: [GREEN] };

let browser: OfflinePage;
test.before(async () => {
  if (noBrowser !== undefined) return;
  browser = await openOfflinePage();
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../pages/studio/front-view.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
  });
  for (const { text } of outputFiles) await browser.page.addScriptTag({ content: text });
});
test.after(() => browser?.close());

interface Picture {
  readonly type: string;
  readonly data: Buffer;
  /** Of all that is not transparent; pixels. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

async function render(page: Page, glb: Uint8Array): Promise<Picture> {
  const { type, bytes } = await page.evaluate(([glb, size]) => frontView.render(glb, size), [
    glb,
    SIZE,
  ] as const);
  const image = sharp(bytes).ensureAlpha().raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  assert.equal([info.width, info.height], [SIZE, SIZE]);
  const seen = Array.from({ length: SIZE * SIZE }, (_, i) => i).filter(
    (i) => (data[4 * i + 3] as number) > 127,
  );
  const columns = seen.map((i) => i % SIZE);
  return {
    type,
    data,
    left: Math.min(...columns),
    right: Math.max(...columns) + 1,
    top: Math.floor((seen[0] as number) / SIZE),
    bottom: Math.floor((seen.at(-1) as number) / SIZE) + 1,
  };
}

function assertNear(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= EDGE_TOLERANCE_PIXELS, `${what}: ${actual} ${expected}`);
}

testUnless(
  noBrowser,
  test,
  "a mesh is seen from +Z, upright, with the cut-out's border",
  async () => {
    const { page, refusedRequests } = browser;
    const picture = await render(page, await boxesGlb([CUBE]));
    assert.is(picture.type, "image/png");
    for (const side of ["left", "top"] as const) assertNear(picture[side], EDGE, side);
    for (const side of ["right", "bottom"] as const) assertNear(picture[side], SIZE - EDGE, side);
    const [red = 0, green = 0, blue = 0] = picture.data.subarray(4 * (SIZE / 2) * (SIZE + 1));
    assert.ok(red > 2 * green && red > 2 * blue, `${[red, green, blue]}`);
    assert.equal(refusedRequests, []);
  },
);

testUnless(noBrowser, test, "the longer side fills the picture, the other is centred", async () => {
  const { left, right, top, bottom } = await render(browser.page, await boxesGlb([CUBE, ROD]));
  assertNear(left, EDGE, "left");
  assertNear(right, SIZE - EDGE, "right");
  assertNear(top + bottom, SIZE, "top and bottom");
  assert.ok(bottom - top < right - left);
});

testUnless(
  noBrowser,
  test,
  "the host's scene is undisturbed, and nothing stays behind",
  async () => {
    const { page } = browser;
    const glb = await boxesGlb([CUBE]);
    await render(page, glb);
    const before = await page.evaluate(() => frontView.counts());
    for (let i = 0; i < REPEATS; i++) await render(page, glb);
    assert.equal(await page.evaluate(() => frontView.counts()), before);
    assert.ok(await page.evaluate(() => frontView.isHostUndisturbed()));
  },
);

testUnless(noBrowser, test, "what is no GLB is refused, and the next picture is made", async () => {
  const { page } = browser;
  const { message } = await rejectionOf(
    Error,
    render(page, new TextEncoder().encode("no mesh at all")),
  );
  assert.match(message, /front view: these 14 bytes are no complete GLB — /);
  const both = [render(page, await boxesGlb([CUBE])), render(page, await boxesGlb([ROD]))];
  const [cube, rod] = await Promise.all(both);
  assert.ok(cube && rod && cube.bottom - cube.top > rod.bottom - rod.top);
});

testUnless(
  noBrowser,
  test,
  "a renderer that was disposed leaves the host's engine alone",
  async () => {
    const { page } = browser;
    await page.evaluate(() => frontView.dispose());
    await page.waitForFunction(() => frontView.counts()["engines"] === 1);
    assert.ok(await page.evaluate(() => frontView.isHostUndisturbed()));
  },
);

test.run();
