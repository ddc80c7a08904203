import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MATTE_SIZE, type Segment } from "../../../plugin/core/matte-network.ts";
import type { MatteChoice } from "../../../plugin/core/picture-reading.ts";
import { withForegroundColours } from "../../../plugin/image/foreground-colours.ts";
import { cutOut } from "../../../plugin/image/matte.ts";
import { disc, drawPicture, pixel, type Rgb } from "../../helpers/pictures.ts";
import { rejection } from "../../helpers/rejection.ts";

const test = suite("image/salience-matte");

const SIZE = 128;
const RED: Rgb = [190, 30, 40];
const COVERAGE = disc(64, 64, 40, 6);
/** The mask is resampled by a filter that overshoots, and stretched from 12..243 to 0..255. */
const COVERAGE_ERROR = 0.08;
/**
 * Bytes, where the object covers a quarter of a pixel or more; left alone, colours are off by up to
 * 112. The guess of what is behind is wrong by up to 140 where patches meet, a (1 - a) of that
 * remains, and what the mask itself is off; elsewhere hardly anything does.
 */
const WORST_COLOUR_ERROR = 40;
const MEAN_COLOUR_ERROR = 10;

/** Plain to the eye, but not to the backdrop key: no single colour fits its frame. */
const patches = (x: number, y: number): Rgb =>
  ((x >> 4) + (y >> 4)) % 2 === 0 ? [40, 90, 40] : [180, 170, 90];

const busyPicture = () => drawPicture(SIZE, SIZE, patches, [{ colour: RED, coverage: COVERAGE }]);

/** A network that knows where things are: `coverage` in the picture's pixels. */
const oracle =
  (coverage: (x: number, y: number) => number): Segment =>
  async () => {
    const answer = new Float32Array(MATTE_SIZE ** 2);
    const scale = SIZE / MATTE_SIZE;
    for (let p = 0; p < answer.length; p++) {
      const [x, y] = [p % MATTE_SIZE, Math.floor(p / MATTE_SIZE)];
      answer[p] = coverage((x + 0.5) * scale, (y + 0.5) * scale);
    }
    return answer;
  };

const refused: Segment = () => Promise.reject(new Error("the network must not be asked"));

test("a busy background is cut away, and the soft edge keeps nothing of it", async () => {
  const segment = oracle(COVERAGE);
  const matte = await cutOut(busyPicture(), "a.png", { choice: "auto", segment });
  assert.is(matte.method, "isnet");
  assert.equal(matte.warnings, []);
  const errors: number[] = [];
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const [red, green, blue, alpha] = pixel(matte.image, x, y);
      const expected = COVERAGE(x + 0.5, y + 0.5);
      assert.ok(Math.abs(alpha / 255 - expected) <= COVERAGE_ERROR, `alpha at ${x}, ${y}`);
      if (expected < 0.25 || expected === 1) continue;
      const error = Math.max(...[red, green, blue].map((value, c) => Math.abs(value - RED[c])));
      assert.ok(error <= WORST_COLOUR_ERROR, `colour at ${x}, ${y} is off by ${error}`);
      errors.push(error);
    }
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  assert.ok(mean <= MEAN_COLOUR_ERROR, `colours are off by ${mean} on average`);
});

test("alpha and a plain backdrop come first; the network is not asked", async () => {
  const layers = [{ colour: RED, coverage: COVERAGE }];
  const plain = drawPicture(SIZE, SIZE, () => [255, 255, 255], layers);
  const options = { choice: "auto", segment: refused } as const;
  assert.is((await cutOut(plain, "a.png", options)).method, "backdrop");
  const transparent = busyPicture();
  for (let p = 0; p < SIZE * 20; p++) transparent.data[4 * p + 3] = 0;
  assert.is((await cutOut(transparent, "a.png", options)).method, "alpha");
});

test("patches that hang together with nothing are left out when they are small", async () => {
  const stray = disc(8, 120, 1.5);
  const segment = oracle((x, y) => Math.max(COVERAGE(x, y), stray(x, y)));
  const { image } = await cutOut(busyPicture(), "a.png", { choice: "isnet", segment });
  assert.is(pixel(image, 8, 119)[3], 0);
  assert.is(pixel(image, 64, 64)[3], 255);
});

test("a network that finds nothing leaves the picture uncut, with a warning", async () => {
  const options = { choice: "auto", segment: oracle(() => 0.5) } as const;
  const matte = await cutOut(busyPicture(), "a.png", options);
  assert.is(matte.method, "none");
  assert.is(matte.lacksNetwork, false);
  assert.match(matte.warnings[0], /the matte network finds no object; the whole picture .* — give/);
});

test("without the network, auto says how to install it, and that it would help", async () => {
  const options = { choice: "auto", segment: undefined } as const;
  const matte = await cutOut(busyPicture(), "a.png", options);
  assert.is(matte.method, "none");
  assert.is(matte.lacksNetwork, true);
  assert.match(matte.warnings[0], / — run: maquette models add isnet-general-use, or give the/);
});

for (const [choice, segment, message] of [
  ["alpha", refused, /^a\.png: cannot be cut out by matte alpha: .* no transparent parts — /],
  ["backdrop", refused, /^a\.png: cannot be cut out by matte backdrop: .* not plain: .* — /],
  ["isnet", undefined, /^a\.png: .*not installed — run: maquette models add isnet-general-use$/],
  ["isnet", oracle(() => 0), /^a\.png: .* finds no object — choose another --matte$/],
] as const satisfies readonly [MatteChoice, Segment | undefined, RegExp][]) {
  test(`matte ${choice} that cannot serve is refused: ${message.source}`, async () => {
    const error = await rejection(cutOut(busyPicture(), "a.png", { choice, segment }));
    assert.instance(error, Error);
    assert.match((error as Error).message, message);
  });
}

test("matte none takes the whole picture, as a viewer shows it, without a warning", async () => {
  const picture = busyPicture();
  picture.data.fill(0, 0, 4 * SIZE * 20);
  const options = { choice: "none", segment: refused } as const;
  const { image, method, warnings } = await cutOut(picture, "a.png", options);
  assert.is(method, "none");
  assert.equal(warnings, []);
  assert.equal(pixel(image, 5, 5), [255, 255, 255, 255]);
  assert.equal(pixel(image, 64, 64), [...RED, 255]);
});

test("a chosen method is used although alpha or a plain backdrop would serve", async () => {
  const layers = [{ colour: RED, coverage: COVERAGE }];
  const plain = drawPicture(SIZE, SIZE, () => [255, 255, 255], layers);
  const small = disc(64, 64, 20);
  const options = { choice: "isnet", segment: oracle(small) } as const;
  const { image, method } = await cutOut(plain, "a.png", options);
  assert.is(method, "isnet");
  assert.is(pixel(image, 64, 35)[3], 0);
});

test("opaque and transparent pixels keep their colours; what cannot be reached keeps its own", () => {
  const pixels = [
    [200, 100, 50, 255],
    [100, 50, 25, 128],
    [0, 0, 0, 0],
  ];
  const image = { width: 3, height: 1, data: Uint8Array.from(pixels.flat()) };
  const { data } = withForegroundColours(image);
  assert.equal([...data.subarray(0, 4)], [200, 100, 50, 255]);
  assert.equal([...data.subarray(8, 12)], [0, 0, 0, 0]);
  // F = (200, 100, 50), B = 0, a = 128/255: F + a (I - a F) for I = a F exactly would be F.
  const a = 128 / 255;
  const expected = [200, 100, 50].map((f, c) => Math.round(f + a * ([100, 50, 25][c] - a * f)));
  assert.equal([...data.subarray(4, 8)], [...expected, 128]);

  const island = drawPicture(2, 1, () => [10, 20, 30], []);
  for (const p of [0, 1]) island.data[4 * p + 3] = 128;
  assert.equal(withForegroundColours(island).data, island.data);
});

test.run();
