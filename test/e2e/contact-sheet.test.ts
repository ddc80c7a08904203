import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openOfflinePage } from "../../plugin/browser/offline-page.ts";
import { openPhotographer, type Photographer } from "../../plugin/contact-sheet/photographer.ts";
import { writeContactSheet } from "../../plugin/contact-sheet/write.ts";
import { CancelledError, InputError } from "../../plugin/core/errors.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { boxesGlb, type ColouredBox } from "../helpers/coloured-boxes.ts";
import { testUnless } from "../helpers/skip.ts";
import { withFolder } from "../helpers/temporary-folder.ts";

const test = suite("e2e/contact-sheet");
const noBrowser = await browserUnavailable();

const SIZE = 120;

const RED = [0.8, 0.02, 0.02] as const;
const GREEN = [0.02, 0.6, 0.02] as const;
const BLUE = [0.02, 0.02, 0.8] as const;
const WHITE = [0.8, 0.8, 0.8] as const;
const MAGENTA = [0.8, 0.02, 0.8] as const;

/** Red in front, blue behind, green at the sides, and a magenta knob that sticks out at +X. */
const CUBE: ColouredBox = {
  min: [-0.5, 0, -0.5],
  max: [0.5, 1, 0.5],
  sides: [GREEN, GREEN, WHITE, WHITE, BLUE, RED],
};
const KNOB: ColouredBox = { min: [0.5, 0.4, -0.1], max: [0.9, 0.6, 0.1], sides: [MAGENTA] };

interface Picture {
  /** RGBA at shares of the width and height. */
  at(x: number, y: number): readonly [number, number, number, number];
}

async function decode(png: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    at(x, y) {
      const pixel = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 4;
      return [data[pixel], data[pixel + 1], data[pixel + 2], data[pixel + 3]];
    },
  };
}

/** The names of the channels that are clearly lit, e.g. "rb" for magenta; "" for no surface. */
function hue([red, green, blue, alpha]: readonly [number, number, number, number]): string {
  if (alpha < 250) return "";
  const brightest = Math.max(red, green, blue);
  const isLit = (value: number): boolean => value > brightest * 0.6;
  return `${isLit(red) ? "r" : ""}${isLit(green) ? "g" : ""}${isLit(blue) ? "b" : ""}`;
}

/** One browser for the tests that only render. */
let photographer: Photographer;
test.before(async () => {
  if (noBrowser === undefined) photographer = await openPhotographer();
});
test.after(async () => {
  if (noBrowser === undefined) await photographer.close();
});

testUnless(
  noBrowser,
  test,
  "each view shows the side it names, and +X is right of the front",
  async () => {
    const glb = await boxesGlb([CUBE, KNOB]);
    const pngs = await photographer.renderViews(glb, { size: SIZE, groundShadow: false });
    const [front, right, back, above] = await Promise.all(pngs.map(decode));
    assert.is(hue(front.at(0.4, 0.5)), "r", "front");
    assert.is(hue(front.at(0.75, 0.5)), "rb", "the knob is right of the front");
    assert.is(hue(front.at(0.04, 0.5)), "", "nothing is left of the front");
    assert.is(hue(right.at(0.5, 0.5)), "rb", "the knob points at the right camera");
    assert.is(hue(right.at(0.35, 0.65)), "g", "right side");
    assert.is(hue(back.at(0.6, 0.5)), "b", "back");
    assert.is(hue(back.at(0.25, 0.5)), "rb", "the knob is left of the back");
    assert.is(hue(above.at(0.45, 0.3)), "rgb", "the top is seen from above");
    assert.equal(front.at(0.01, 0.01), [0, 0, 0, 0], "no backdrop");
  },
);

testUnless(
  noBrowser,
  test,
  "the backdrop has the given colour, and light does not change it",
  async () => {
    const [png] = await photographer.renderViews(await boxesGlb([CUBE]), {
      views: [{ azimuthDegrees: 0, elevationDegrees: 0 }],
      size: SIZE,
      backdrop: "#336699",
      groundShadow: false,
    });
    assert.equal((await decode(png)).at(0.01, 0.01), [0x33, 0x66, 0x99, 255]);
  },
);

testUnless(
  noBrowser,
  test,
  "the ground takes shadow under what stands over it, and only there",
  async () => {
    // A post, and an arm high above the ground that reaches towards +Z.
    const post: ColouredBox = { min: [-0.1, 0, -0.1], max: [0.1, 1, 0.1], sides: [WHITE] };
    const arm: ColouredBox = { min: [-0.1, 0.9, 0.1], max: [0.1, 1, 0.6], sides: [WHITE] };
    const balance: ColouredBox = { min: [-0.1, 0.9, -0.6], max: [0.1, 1, -0.59], sides: [WHITE] };
    const [png] = await photographer.renderViews(await boxesGlb([post, arm, balance]), {
      views: [{ azimuthDegrees: 90, elevationDegrees: 30 }],
      size: SIZE,
    });
    const right = await decode(png);
    const groundRow = 0.77;
    const underArm = right.at(0.3, groundRow)[3];
    const opposite = right.at(0.7, groundRow)[3];
    assert.ok(underArm > 3 * opposite + 20, `under the arm ${underArm}, opposite ${opposite}`);
  },
);

testUnless(
  noBrowser,
  test,
  "bytes that are no GLB, and an empty one, are errors for the user",
  async () => {
    for (const glb of [new Uint8Array(100), await boxesGlb([])]) {
      try {
        await photographer.renderViews(glb, { size: SIZE });
        assert.unreachable("must throw");
      } catch (error) {
        assert.instance(error, InputError);
      }
    }
    const [png] = await photographer.renderViews(await boxesGlb([CUBE]), { size: SIZE });
    assert.is(hue((await decode(png)).at(0.5, 0.5)), "r", "the next mesh is rendered as ever");
    assert.equal(photographer.refusedRequests, [], "the page asks for nothing");
  },
);

testUnless(noBrowser, test, "renderings asked for at once do not mix", async () => {
  const blue: ColouredBox = { ...CUBE, sides: [BLUE] };
  const green: ColouredBox = { ...CUBE, sides: [GREEN] };
  const options = { size: SIZE, views: [{ azimuthDegrees: 0, elevationDegrees: 0 }] };
  const hues = await Promise.all(
    [blue, green].map(async (box) => {
      const [png] = await photographer.renderViews(await boxesGlb([box]), options);
      return hue((await decode(png)).at(0.5, 0.5));
    }),
  );
  assert.equal(hues, ["b", "g"]);
});

test("a browser that is not there is one clear error", async () => {
  const former = process.env["MAQUETTE_BROWSER"];
  process.env["MAQUETTE_BROWSER"] = "/no/such/browser";
  try {
    await openOfflinePage();
    assert.unreachable("must throw");
  } catch (error) {
    assert.instance(error, InputError);
    assert.match((error as InputError).message, /\/no\/such\/browser.* — install Chrome/);
  } finally {
    if (former === undefined) delete process.env["MAQUETTE_BROWSER"];
    else process.env["MAQUETTE_BROWSER"] = former;
  }
});

testUnless(noBrowser, test, "what a page asks of the network is refused and listed", async () => {
  const { page, refusedRequests, close } = await openOfflinePage();
  try {
    const isLoaded = await page.evaluate(() =>
      fetch("https://example.com/file.js").then(
        () => true,
        () => false,
      ),
    );
    assert.is(isLoaded, false);
    assert.equal(refusedRequests, ["https://example.com/file.js"]);
  } finally {
    await close();
  }
});

testUnless(
  noBrowser,
  test,
  "the sheet shows every item, fits its window, and is replaced whole",
  () =>
    withFolder({ "notes.png": "no picture", "sheet.html": "former" }, async (folder) => {
      const picturePath = join(folder, "cube.png");
      const glbPath = join(folder, "cube.glb");
      const outFile = join(folder, "sheet.html");
      await sharp({ create: { width: 900, height: 300, channels: 3, background: "red" } })
        .png()
        .toFile(picturePath);
      await writeFile(glbPath, await boxesGlb([CUBE, KNOB]));
      const progress: string[] = [];
      const brokenPath = join(folder, "notes.png");
      await writeContactSheet({
        title: "Test",
        outFile,
        onProgress: (done, total) => progress.push(`${done}/${total}`),
        items: [
          { name: "zebra", picturePath, glbPath, facts: ["12 triangles"], warnings: ["Look"] },
          { name: "<b>bold</b>", picturePath, glbPath, facts: [] },
          { name: "broken", picturePath: brokenPath, facts: [], error: "not a picture" },
          { name: "corrupt", picturePath, glbPath: brokenPath, facts: [] },
          { name: `long${"g".repeat(200)}`, picturePath, glbPath, facts: ["x".repeat(200)] },
        ],
      });
      assert.equal(progress, ["0/5", "1/5", "2/5", "3/5", "4/5", "5/5"]);
      assert.equal((await readdir(folder)).sort(), [
        "cube.glb",
        "cube.png",
        "notes.png",
        "sheet.html",
      ]);
      await checkSheet(await readFile(outFile, "utf8"));
    }),
);

/** Three meshes of four views, and four pictures that can be shown. */
const EMBEDDED_PICTURES = 3 * 4 + 4;

async function checkSheet(html: string): Promise<void> {
  const { page, refusedRequests, close } = await openOfflinePage();
  try {
    for (const width of [400, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.setContent(html);
      assert.ok(
        (await page.evaluate("document.documentElement.scrollWidth")) === width,
        `${width}`,
      );
    }
    const images = page.locator("img");
    assert.is(await images.count(), EMBEDDED_PICTURES);
    const isDecoded =
      "Promise.all([...document.images].map((image) => image.decode().then(() => image.alt !== '')))";
    assert.not.ok(((await page.evaluate(isDecoded)) as boolean[]).includes(false));
    const names = await page.locator("h2").allTextContents();
    assert.equal(names.slice(0, 3), ["<b>bold</b>", "broken", "corrupt"]);
    assert.is(names.at(-1), "zebra");
    const texts = await page.locator("article").allTextContents();
    assert.match(texts[1], "not a picture");
    assert.match(texts[2], "Warning:");
    assert.equal(refusedRequests, []);
  } finally {
    await close();
  }
}

testUnless(noBrowser, test, "a cancelled sheet leaves the former one", () =>
  withFolder({ "sheet.html": "former" }, async (folder) => {
    const glbPath = join(folder, "cube.glb");
    await writeFile(glbPath, await boxesGlb([CUBE]));
    const interrupt = new AbortController();
    const item = { picturePath: glbPath, glbPath, facts: [] };
    try {
      await writeContactSheet({
        title: "Test",
        outFile: join(folder, "sheet.html"),
        signal: interrupt.signal,
        onProgress: (done) => {
          if (done === 1) interrupt.abort();
        },
        items: [
          { ...item, name: "a" },
          { ...item, name: "b" },
        ],
      });
      assert.unreachable("must throw");
    } catch (error) {
      assert.instance(error, CancelledError);
    }
    assert.is(await readFile(join(folder, "sheet.html"), "utf8"), "former");
    assert.equal((await readdir(folder)).sort(), ["cube.glb", "sheet.html"]);
  }),
);

test.run();
