import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RgbaImage } from "../../../plugin/core/image.ts";
import { cutOut as cutOutBy, type Matte } from "../../../plugin/image/matte.ts";
import { det } from "../../helpers/det.ts";
import { box, disc, drawPicture, type Layer, pixel, type Rgb } from "../../helpers/pictures.ts";
import { rejection } from "../../helpers/rejection.ts";

const SIZE = 240;
const WHITE: Rgb = [255, 255, 255];
const SKY: Rgb = [144, 185, 201];
const RED: Rgb = [190, 30, 40];

/** A tenth of the contrast ends the search for an edge's inner side: from 0.9 on, all is object. */
const COVERAGE = 0.105;
/** So much backdrop, relative to the contrast, may be left in single pixels, and on average. */
const WORST_HALO = 0.105;
const MEAN_HALO = 0.035;
/**
 * Chroma at half resolution, or hardly any contrast, makes the edge of a disc of radius 60 two pixels
 * wide, 1.3% of the picture: on average less than half of each may be off.
 */
const MEAN_DISC_ERROR = 0.006;

const test = suite("matte");

const cutOut = (image: RgbaImage, subject: string) =>
  cutOutBy(image, subject, { choice: "auto", segment: undefined });

const draw = (backdrop: Rgb, layers: readonly Layer[]) =>
  drawPicture(SIZE, SIZE, () => backdrop, layers);

const alphaAt = (matte: Matte, x: number, y: number) => pixel(matte.image, x, y)[3];

/** Largest absolute difference between the matte's alpha, 0..1, and a layer's coverage. */
function coverageError(matte: Matte, coverage: Layer["coverage"]): number {
  let worst = 0;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const alpha = (alphaAt(matte, x, y) ?? 0) / 255;
      worst = Math.max(worst, Math.abs(alpha - coverage(x + 0.5, y + 0.5)));
    }
  }
  return worst;
}

/** Mean absolute difference, 0..1. */
function meanCoverageError(matte: Matte, coverage: Layer["coverage"]): number {
  let sum = 0;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      sum += Math.abs((alphaAt(matte, x, y) ?? 0) / 255 - coverage(x + 0.5, y + 0.5));
    }
  }
  return sum / SIZE ** 2;
}

function withNoise(image: RgbaImage, bytes: number): RgbaImage {
  const noise = det([image.data.length], 7, bytes);
  const data = image.data.map((value, i) =>
    i % 4 === 3 ? 255 : Math.min(Math.max(Math.round(value + (noise[i] ?? 0)), 0), 255),
  );
  return { ...image, data };
}

test("a picture with transparent parts keeps its alpha", async () => {
  const image = draw(RED, []);
  for (let p = 0; p < SIZE * 60; p++) image.data[4 * p + 3] = p % 2 === 0 ? 0 : 100;
  const matte = await cutOut(image, "a.png");
  assert.is(matte.method, "alpha");
  assert.is(matte.image, image);
  assert.equal(matte.warnings, []);
});

test("an opaque alpha channel with a few transparent pixels does not count", async () => {
  const image = draw(WHITE, [{ colour: RED, coverage: disc(120, 120, 60) }]);
  for (let p = 0; p < 50; p++) image.data[4 * p + 3] = 0;
  assert.is((await cutOut(image, "a.png")).method, "backdrop");
});

test("a fully transparent picture is refused", async () => {
  const image = draw(RED, []);
  for (let p = 0; p < SIZE * SIZE; p++) image.data[4 * p + 3] = 3;
  const error = await rejection(cutOut(image, "art/ghost.png"));
  assert.match(String(error), /: art\/ghost\.png: is fully transparent — /);
});

for (const [name, backdrop] of [
  ["white", WHITE],
  ["coloured", SKY],
  ["black", [0, 0, 0]],
] as const) {
  for (const softness of [1, 3]) {
    test(`on ${name}, an edge ${softness} pixels wide gets its coverage and no halo`, async () => {
      const coverage = disc(121.3, 118.6, 70, softness);
      const matte = await cutOut(draw(backdrop, [{ colour: RED, coverage }]), "a.png");
      assert.is(matte.method, "backdrop");
      assert.ok(coverageError(matte, coverage) < COVERAGE, `${coverageError(matte, coverage)}`);

      const halos: number[] = [];
      const contrast = Math.hypot(...RED.map((value, c) => value - (backdrop[c] ?? 0)));
      for (let p = 0; p < SIZE * SIZE; p++) {
        const [red = 0, green = 0, blue = 0, alpha = 0] = matte.image.data.subarray(4 * p);
        if (alpha === 0 || alpha === 255) continue;
        halos.push(Math.hypot(red - RED[0], green - RED[1], blue - RED[2]) / contrast);
      }
      const mean = halos.reduce((sum, halo) => sum + halo, 0) / halos.length;
      assert.ok(halos.length > 200, `${halos.length} edge pixels`);
      assert.ok(Math.max(...halos) < WORST_HALO, `worst halo ${Math.max(...halos)}`);
      assert.ok(mean < MEAN_HALO, `mean halo ${mean}`);
    });
  }
}

test("a hole shows the backdrop and becomes transparent, on white and on colour", async () => {
  const ring: Layer["coverage"] = (x, y) =>
    disc(120, 120, 90)(x, y) * (1 - disc(120, 120, 50)(x, y));
  for (const backdrop of [WHITE, SKY]) {
    const matte = await cutOut(draw(backdrop, [{ colour: RED, coverage: ring }]), "a.png");
    assert.ok(coverageError(matte, ring) < COVERAGE, `${backdrop}: ${coverageError(matte, ring)}`);
  }
});

test("a small see-through gap counts on a coloured backdrop", async () => {
  const handle: Layer["coverage"] = (x, y) =>
    disc(120, 120, 90)(x, y) * (1 - disc(60, 120, 6)(x, y));
  const matte = await cutOut(draw(SKY, [{ colour: RED, coverage: handle }]), "a.png");
  assert.is(alphaAt(matte, 60, 120), 0);
});

test("a white highlight and white spots on a red object on white stay", async () => {
  const matte = await cutOut(
    draw(WHITE, [
      { colour: RED, coverage: disc(120, 120, 90) },
      { colour: WHITE, coverage: disc(90, 90, 14, 10) },
      { colour: WHITE, coverage: disc(150, 130, 12) },
    ]),
    "a.png",
  );
  for (const [x, y] of [
    [90, 90],
    [150, 130],
  ] as const) {
    assert.equal(pixel(matte.image, x, y), [255, 255, 255, 255], `${x}, ${y}`);
  }
});

test("a highlight that fades to the colour of a coloured backdrop stays", async () => {
  const matte = await cutOut(
    draw(SKY, [
      { colour: RED, coverage: disc(120, 120, 90) },
      { colour: SKY, coverage: disc(90, 90, 22, 40) },
    ]),
    "a.png",
  );
  assert.equal(pixel(matte.image, 90, 90), [...SKY, 255]);
});

test("a white body drawn in outline on white stays solid", async () => {
  const matte = await cutOut(
    draw(WHITE, [
      { colour: [20, 20, 20], coverage: disc(120, 120, 90) },
      { colour: WHITE, coverage: disc(120, 120, 86) },
    ]),
    "a.png",
  );
  assert.equal(pixel(matte.image, 120, 120), [255, 255, 255, 255]);
  assert.is(alphaAt(matte, 5, 5), 0);
});

test("a light rim beside a dark body is not taken for a soft edge", async () => {
  const matte = await cutOut(
    draw(SKY, [
      { colour: [200, 215, 220], coverage: disc(120, 120, 90) },
      { colour: [30, 20, 20], coverage: disc(120, 120, 84) },
    ]),
    "a.png",
  );
  assert.equal(pixel(matte.image, 120, 120 + 87), [200, 215, 220, 255]);
});

test("an object that reaches the picture's border is cut there and nowhere else", async () => {
  const coverage = box(70, 100, 170, SIZE);
  const matte = await cutOut(draw(WHITE, [{ colour: RED, coverage }]), "a.png");
  assert.is(coverageError(matte, coverage), 0);
});

test("backdrop that the object cuts off from the rest is still backdrop", async () => {
  const coverage = box(0, 100, SIZE, 140);
  const matte = await cutOut(draw(SKY, [{ colour: RED, coverage }]), "a.png");
  assert.is(coverageError(matte, coverage), 0);
});

test("gradients and vignettes are plain", async () => {
  const coverage = disc(120, 120, 60);
  const gradient = drawPicture(
    SIZE,
    SIZE,
    (x, y) => [210 - 0.2 * y, 220 - 0.1 * x, 180 + 0.3 * y],
    [{ colour: RED, coverage }],
  );
  const radius = (x: number, y: number) => ((x - 120) ** 2 + (y - 120) ** 2) / (2 * 120 ** 2);
  const vignette = drawPicture(
    SIZE,
    SIZE,
    (x, y) => [240 - 60 * radius(x, y), 235 - 60 * radius(x, y), 225 - 70 * radius(x, y)],
    [{ colour: RED, coverage }],
  );
  for (const image of [gradient, vignette]) {
    const matte = await cutOut(image, "a.png");
    assert.is(matte.method, "backdrop");
    assert.ok(coverageError(matte, coverage) < COVERAGE, `${coverageError(matte, coverage)}`);
  }
});

test("noise of the paper or the sensor does not speckle the matte", async () => {
  const coverage = disc(120, 120, 60);
  const matte = await cutOut(withNoise(draw(SKY, [{ colour: RED, coverage }]), 9), "a.png");
  assert.is(matte.method, "backdrop");
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const distance = Math.hypot(x + 0.5 - 120, y + 0.5 - 120);
      if (distance > 64) assert.is(alphaAt(matte, x, y), 0, `backdrop at ${x}, ${y}`);
      if (distance < 50) assert.is(alphaAt(matte, x, y), 255, `object at ${x}, ${y}`);
    }
  }
});

test("compression leaves no fringe", async () => {
  const coverage = disc(120, 120, 60);
  const image = draw(WHITE, [{ colour: RED, coverage }]);
  const raw = { width: SIZE, height: SIZE, channels: 4 } as const;
  for (const format of ["jpeg", "webp"] as const) {
    const file = await sharp(image.data, { raw })
      .removeAlpha()
      .toFormat(format, { quality: 75 })
      .toBuffer();
    const data = new Uint8Array(await sharp(file).ensureAlpha().raw().toBuffer());
    const matte = await cutOut({ ...image, data }, "a.jpg");
    assert.ok(meanCoverageError(matte, coverage) < MEAN_DISC_ERROR, format);
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const distance = Math.hypot(x + 0.5 - 120, y + 0.5 - 120);
        if (distance > 64) assert.is(alphaAt(matte, x, y), 0, `${format} backdrop at ${x}, ${y}`);
      }
    }
  }
});

test("a background that is not plain is left alone, with the measured spread and a remedy", async () => {
  const patches = drawPicture(
    SIZE,
    SIZE,
    (x, y) => (((x >> 4) + (y >> 4)) % 2 === 0 ? [40, 90, 40] : [180, 170, 90]),
    [{ colour: RED, coverage: disc(120, 120, 60) }],
  );
  const matte = await cutOut(patches, "a.png");
  assert.is(matte.method, "none");
  assert.is(matte.warnings.length, 1);
  assert.match(
    matte.warnings[0] ?? "",
    /not plain: \d+% of .* by \d+\.\d of 255; .* — run: maquette models add isnet-general-use, or give the/,
  );
  assert.equal(matte.image.data, patches.data);
});

test("a glow behind the object that the frame does not show is noticed", async () => {
  const glow = drawPicture(
    SIZE,
    SIZE,
    (x, y) => {
      const light = 60 * Math.max(1 - Math.hypot(x - 120, y - 120) / 110, 0);
      return [120 + light, 130 + light, 150 + light];
    },
    [{ colour: RED, coverage: disc(120, 120, 40) }],
  );
  const matte = await cutOut(glow, "a.png");
  assert.is(matte.method, "none");
  assert.match(matte.warnings[0] ?? "", /changes inside the picture, \d+% of .*, or give the/);
});

test("an empty sheet is refused by its colour", async () => {
  const error = await rejection(cutOut(withNoise(draw(SKY, []), 1), "art/empty.png"));
  assert.match(String(error), /: art\/empty\.png: shows nothing but its #90b9c9 background — /);
});

test("a picture that is all object but for a thin passe-partout is left alone", async () => {
  // The frame is 6 pixels wide (1%), 4 of them white.
  const framed = drawPicture(600, 600, () => WHITE, [
    { colour: RED, coverage: box(4, 4, 596, 596) },
  ]);
  const matte = await cutOut(framed, "a.png");
  assert.is(matte.method, "none");
  assert.match(matte.warnings[0] ?? "", /only \d\.\d% of the picture is background; /);
});

test("an object in faint contrast with its backdrop is found", async () => {
  const coverage = disc(120, 120, 60);
  const matte = await cutOut(draw(WHITE, [{ colour: [238, 238, 236], coverage }]), "a.png");
  assert.ok(meanCoverageError(matte, coverage) < MEAN_DISC_ERROR);
});

test.run();
