import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError } from "../../../plugin/core/errors.ts";
import { type DecodedPicture, decodePicture } from "../../../plugin/image/decode.ts";
import { assertAllClose } from "../../helpers/det.ts";
import { pixel, RASTER_FORMATS } from "../../helpers/pictures.ts";
import { GREY, GREY_ALPHA, RGB, uniformRows, writePng } from "../../helpers/png.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

/** Quantisation of JPEG, WebP and AVIF on flat areas at their default quality. */
const LOSSY = 6;
/** Two colour conversions through 8-bit CMYK. */
const CMYK = 40;

const test = suite("decode");

/** 40 x 20: the left half red, the right half blue. */
function twoHalves(): Sharp {
  const data = Buffer.alloc(40 * 20 * 3);
  for (let p = 0; p < 40 * 20; p++) data.set(p % 40 < 20 ? [200, 40, 30] : [30, 60, 200], 3 * p);
  return sharp(data, { raw: { width: 40, height: 20, channels: 3 } });
}

async function decodeBytes(bytes: Uint8Array, name = "picture.bin"): Promise<DecodedPicture> {
  let decoded: DecodedPicture | undefined;
  await withFolder({}, async (folder) => {
    await writeFile(join(folder, name), bytes);
    decoded = await decodePicture(join(folder, name));
  });
  return decoded as DecodedPicture;
}

for (const [format, name] of RASTER_FORMATS) {
  test(`${name} is decoded, recognised by its content`, async () => {
    const { image, source } = await decodeBytes(await twoHalves().toFormat(format).toBuffer());
    assert.equal(source, { format: name, width: 40, height: 20, hasAlpha: format === "gif" });
    assert.is(image.width, 40);
    assert.is(image.height, 20);
    assertAllClose("left", pixel(image, 4, 10), [200, 40, 30, 255], LOSSY);
    assertAllClose("right", pixel(image, 36, 10), [30, 60, 200, 255], LOSSY);
  });
}

test("SVG is drawn at a working size, with alpha, whatever its units", async () => {
  for (const [size, width, height] of [
    ['viewBox="0 0 64 32"', 1024, 512],
    ['width="64mm" height="32mm" viewBox="0 0 64 32"', 1024, 515],
    ['width="40000" height="20000" viewBox="0 0 64 32"', 2048, 1024],
    ['width="1500" height="750" viewBox="0 0 64 32"', 1500, 750],
  ] as const) {
    const svg = `<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg xmlns="http://www.w3.org/2000/svg" ${size}><circle cx="32" cy="16" r="14" fill="#c8281e"/></svg>`;
    const { image, source } = await decodeBytes(Buffer.from(svg));
    assert.is(source.format, "SVG");
    assert.equal([image.width, image.height], [width, height], size);
    assert.equal(pixel(image, width / 2, Math.floor(height / 2)), [200, 40, 30, 255], size);
    assert.is(pixel(image, 2, 2)[3], 0, size);
  }
});

test("an SVG cannot pull in other files", async () => {
  await withFolder({}, async (folder) => {
    await twoHalves().png().toFile(join(folder, "secret.png"));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" fill="#00ff00"/><image width="20" height="20" href="file://${folder}/secret.png"/><image width="20" height="20" href="secret.png"/></svg>`;
    await writeFile(join(folder, "a.svg"), svg);
    const { image } = await decodePicture(join(folder, "a.svg"));
    assert.equal(pixel(image, 512, 512), [0, 255, 0, 255]);
  });
});

test("EXIF orientation 6 turns the picture upright", async () => {
  const { image, source } = await decodeBytes(
    await twoHalves().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  );
  assert.equal([source.width, source.height], [20, 40]);
  assert.equal([image.width, image.height], [20, 40]);
  assertAllClose("top was left", pixel(image, 10, 4), [200, 40, 30, 255], LOSSY);
  assertAllClose("bottom was right", pixel(image, 10, 36), [30, 60, 200, 255], LOSSY);
});

test("16-bit, greyscale, grey with alpha and 1-bit PNGs become 8-bit RGBA", async () => {
  const high = (value: number) => [value >> 8, value & 255];
  for (const [depth, type, bytes, expected] of [
    [16, RGB, [...high(0x40ff), ...high(0x8000), ...high(0xffff)], [64, 128, 255, 255]],
    [16, GREY, high(0x8080), [128, 128, 128, 255]],
    [16, GREY_ALPHA, [...high(0x40ff), ...high(0x8000)], [64, 64, 64, 128]],
    [8, GREY, [77], [77, 77, 77, 255]],
    [8, GREY_ALPHA, [100, 50], [100, 100, 100, 50]],
  ] as const) {
    const file = writePng(20, 20, depth, type, uniformRows(20, 20, bytes));
    const { image } = await decodeBytes(file);
    assert.equal(pixel(image, 9, 9), expected, `${depth}-bit type ${type}`);
  }
});

test("palette PNGs keep their colours and transparency", async () => {
  const transparent = Buffer.alloc(20 * 20 * 4);
  for (let p = 0; p < 200; p++) transparent.set([10, 200, 90, 255], 4 * p);
  const file = await sharp(transparent, { raw: { width: 20, height: 20, channels: 4 } })
    .png({ palette: true })
    .toBuffer();
  const { image, source } = await decodeBytes(file);
  assert.ok(source.hasAlpha);
  assert.equal(pixel(image, 5, 2), [10, 200, 90, 255]);
  assert.is(pixel(image, 5, 18)[3], 0);
});

test("CMYK JPEGs become sRGB, with and without a profile", async () => {
  const cmyk = () => twoHalves().toColourspace("cmyk");
  for (const bytes of [
    await cmyk().jpeg({ chromaSubsampling: "4:4:4" }).toBuffer(),
    await cmyk().withIccProfile("cmyk").jpeg({ chromaSubsampling: "4:4:4" }).toBuffer(),
  ]) {
    const { image } = await decodeBytes(bytes);
    assertAllClose("left", pixel(image, 4, 10), [200, 40, 30, 255], CMYK);
  }
});

test("an embedded colour profile is honoured", async () => {
  const file = await twoHalves().withIccProfile("p3").png().toBuffer();
  const stored = await sharp(file, { ignoreIcc: true }).raw().toBuffer();
  assert.ok((stored[0] ?? 0) < 190, "stored in Display P3, red is smaller");
  const { image } = await decodeBytes(file);
  assertAllClose("left", pixel(image, 4, 10), [200, 40, 30, 255], 2);
});

test("of an animation, the first frame is taken", async () => {
  const frame = (colour: string) =>
    sharp({ create: { width: 24, height: 24, channels: 3, background: colour } })
      .png()
      .toBuffer();
  const frames = [await frame("#ff0000"), await frame("#0000ff")];
  for (const format of ["gif", "webp"] as const) {
    const file = await sharp(frames, { join: { animated: true } })
      .toFormat(format)
      .toBuffer();
    const { image, source } = await decodeBytes(file);
    assert.equal([source.width, source.height], [24, 24], format);
    assertAllClose("frame", pixel(image, 12, 12), [255, 0, 0, 255], LOSSY);
  }
});

test("large pictures are shrunk while they are read", async () => {
  const file = await sharp({
    create: { width: 6000, height: 3000, channels: 3, background: "#336699" },
  })
    .png()
    .toBuffer();
  const { image, source } = await decodeBytes(file);
  assert.equal([source.width, source.height], [6000, 3000]);
  assert.equal([image.width, image.height], [2048, 1024]);
  assert.equal(pixel(image, 1000, 500), [0x33, 0x66, 0x99, 255]);
});

test("an aborted signal cancels", async () => {
  await withFolder({}, async (folder) => {
    const path = join(folder, "a.png");
    await twoHalves().png().toFile(path);
    try {
      await decodePicture(path, { signal: AbortSignal.abort() });
      assert.unreachable("decoded all the same");
    } catch (error) {
      assert.instance(error, CancelledError);
    }
  });
});

test.run();
