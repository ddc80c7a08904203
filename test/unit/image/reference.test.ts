/**
 * The expected numbers are of the reference programs' steps, run with Pillow 12.3, OpenCV 5.0 and
 * NumPy 2.4 on the same picture, with "red minus half of blue" in place of the matte network.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { FloatImage, RgbaImage } from "../../../plugin/core/image.ts";
import { visibleBounds } from "../../../plugin/image/recenter.ts";
import { openlrmRecipe } from "../../../plugin/image/reference/openlrm.ts";
import { paddedToSquare, triposrRecipe } from "../../../plugin/image/reference/triposr.ts";
import { recentered, vfusion3dRecipe } from "../../../plugin/image/reference/vfusion3d.ts";
import { salientMask } from "../../../plugin/image/salience.ts";
import { assertAllClose, assertClose, det } from "../../helpers/det.ts";
import { segmentRedness } from "../../helpers/matte-network.ts";
import { box, drawPicture, pixel } from "../../helpers/pictures.ts";
import { rejection } from "../../helpers/rejection.ts";

const test = suite("image/reference");

/** f32 against f64, and six printed decimals. */
const ROUNDING = 2e-6;
/** OpenCV resizes in f32; where a value is a whole byte, its rounding decides what is cut off. */
const ONE_BYTE = 1.01 / 255;

const WIDTH = 96;
const HEIGHT = 72;
const VFUSION3D = { size: 56, borderRatio: 0.2, backdrop: 1 };
const TRIPOSR = { size: 64, borderRatio: 0.15, backdrop: 0.5 };

/** An orange ellipse on noise; `alpha` adds a disc that is more or less around it. */
function noisyPicture(alpha: "opaque" | "alpha") {
  const noise = det([HEIGHT, WIDTH, 3], 5, 0.5).map((value) => value + 0.5);
  const data = new Uint8Array(WIDTH * HEIGHT * 4);
  const unit = (value: number) => Math.min(Math.max(value, 0), 1);
  for (let p = 0; p < WIDTH * HEIGHT; p++) {
    const [x, y] = [(p % WIDTH) + 0.5, Math.floor(p / WIDTH) + 0.5];
    const a = unit((20 - Math.hypot(x - 40, (y - 38) * 0.8)) / 6 + 0.5);
    const behind = [60, 90, 120].map((low, c) => low + (80 + 20 * c) * noise[3 * p + c]);
    const colour = [220 - x, 60 + y, 40].map((value, c) => behind[c] * (1 - a) + value * a);
    const around = unit((26 - Math.hypot(x - 44, y - 36)) / 8 + 0.5);
    data.set([...colour, alpha === "alpha" ? 255 * around : 255].map(Math.floor), 4 * p);
  }
  const image = { width: WIDTH, height: HEIGHT, data };
  const hasAlpha = alpha === "alpha";
  return { image, source: { format: "PNG" as const, width: WIDTH, height: HEIGHT, hasAlpha } };
}

const options = (convention: typeof VFUSION3D) => ({
  subject: "art/a.png",
  convention,
  segment: segmentRedness,
});

/** Sum of all values, and the colour of the pixel 28 behind the middle one. */
function assertPicture(
  picture: FloatImage,
  expected: { sum: number; middle: readonly number[] },
  tolerance: number,
): void {
  const { data } = picture;
  const sum = data.reduce((total, value) => total + value, 0);
  assertClose("mean", sum / data.length, expected.sum / data.length, tolerance);
  const at = data.length / 2 + 3 * 28;
  assertAllClose("middle", data.subarray(at, at + 3), expected.middle, tolerance);
}

test("the mask of the matte network is rembg's, byte for byte", async () => {
  const { data } = await salientMask(noisyPicture("opaque").image, segmentRedness);
  assert.is(
    data.reduce((sum, value) => sum + value, 0),
    831320,
  );
  assert.is(data.filter((value) => value > 0).length, 6912);
  assert.is(data[38 * WIDTH + 40], 236);
  assert.is(data[30 * WIDTH + 20], 148);
});

test("VFusion3D: two passes of the network, recentred, composited twice", async () => {
  const opaque = await vfusion3dRecipe(noisyPicture("opaque"), options(VFUSION3D));
  assert.is(opaque.method, "isnet");
  const middle = [0.6401, 0.405965, 0.233448];
  assertPicture(opaque.picture, { sum: 7945.340557, middle }, ONE_BYTE);
  const alpha = await vfusion3dRecipe(noisyPicture("alpha"), options(VFUSION3D));
  const flattened = { sum: 8232.160002, middle: [0.640008, 0.407597, 0.236109] };
  assert.is(alpha.method, "isnet");
  assertPicture(alpha.picture, flattened, ONE_BYTE);
});

test("OpenLRM: the picture on white, stretched, not recentred", async () => {
  const convention = { ...options(VFUSION3D), segment: undefined };
  const opaque = await openlrmRecipe(noisyPicture("opaque"), convention);
  const middle = [0.669038, 0.377214, 0.156863];
  assert.is(opaque.method, "none");
  assertPicture(opaque.picture, { sum: 4859.961238, middle }, ROUNDING);
  const alpha = await openlrmRecipe(noisyPicture("alpha"), convention);
  assert.is(alpha.method, "alpha");
  assertPicture(alpha.picture, { sum: 7836.621527, middle }, ROUNDING);
});

test("TripoSR: cut out unless transparent, padded to its share, on grey", async () => {
  const opaque = await triposrRecipe(noisyPicture("opaque"), options(TRIPOSR));
  assert.is(opaque.method, "isnet");
  const found = { sum: 5418.292529, middle: [0.631725, 0.357112, 0.171542] };
  assertPicture(opaque.picture, found, ROUNDING);
  const own = { ...options(TRIPOSR), segment: undefined };
  const alpha = await triposrRecipe(noisyPicture("alpha"), own);
  assert.is(alpha.method, "alpha");
  const kept = { sum: 5871.309099, middle: [0.704849, 0.374642, 0.156863] };
  assertPicture(alpha.picture, kept, ROUNDING);
});

test("a recipe that needs the network says how to install it", async () => {
  for (const [recipe, convention] of [
    [vfusion3dRecipe, VFUSION3D],
    [triposrRecipe, TRIPOSR],
  ] as const) {
    const missing = { ...options(convention), segment: undefined };
    const error = await rejection(recipe(noisyPicture("opaque"), missing));
    assert.match(
      String(error),
      /: art\/a\.png: .* not installed — run: maquette models add isnet-general-use$/,
    );
  }
});

test("a picture in which nothing stands out is refused", async () => {
  const flat = async () => new Float32Array(1024 ** 2);
  const error = await rejection(
    vfusion3dRecipe(noisyPicture("opaque"), { ...options(VFUSION3D), segment: flat }),
  );
  assert.match(String(error), /InputError: art\/a\.png: no object was found in it — /);
});

/** A picture of one alpha value inside a box and nothing outside. */
function boxPicture(
  width: number,
  height: number,
  bounds: readonly [number, number, number, number],
): RgbaImage {
  const image = drawPicture(width, height, () => [0, 0, 0], []);
  const inside = box(...bounds);
  for (let p = 0; p < width * height; p++) {
    const isInside = inside((p % width) + 0.5, Math.floor(p / width) + 0.5) === 1;
    image.data.set(isInside ? [200, 100, 50, 255] : [0, 0, 0, 0], 4 * p);
  }
  return image;
}

test("recentring loses the object's last row and column", () => {
  // Box of 11 x 21 pixels: h = 20, w = 10; canvas 40, desired int(40 * 0.8) = 32, scale 1.6,
  // h2 = 32, w2 = 16, top (40 - 32) // 2 = 4, left (40 - 16) // 2 = 12.
  const image = boxPicture(40, 30, [7, 5, 18, 26]);
  image.data.set([0, 255, 0, 255], 4 * (25 * 40 + 17));
  const centred = recentered(image, { left: 7, top: 5, right: 18, bottom: 26 }, 0.2);
  assert.is(centred.width, 40);
  assert.is(centred.height, 40);
  assert.equal(visibleBounds(centred, 0), { left: 12, top: 4, right: 28, bottom: 36 });
  assert.equal(pixel(centred, 27, 35), [200, 100, 50, 255], "the corner's green pixel is gone");
});

test("an object of one pixel is enlarged, not lost", () => {
  const bounds = { left: 3, top: 4, right: 4, bottom: 5 };
  const dot = recentered(boxPicture(20, 20, [3, 4, 4, 5]), bounds, 0.2);
  assert.equal(visibleBounds(dot, 0), { left: 2, top: 2, right: 18, bottom: 18 });
});

test("padding to a square and then to a share puts the smaller half left and on top", () => {
  // 4 x 9 to 9 x 9: 2 left, 3 right. int(9 / 0.85) = 10: 0 left and on top, 1 right and below.
  const image = boxPicture(20, 20, [5, 5, 9, 14]);
  const padded = paddedToSquare(image, { left: 5, top: 5, right: 9, bottom: 14 }, 0.85);
  assert.is(padded.width, 10);
  assert.is(padded.height, 10);
  assert.equal(visibleBounds(padded, 0), { left: 2, top: 0, right: 6, bottom: 9 });
});

test.run();
