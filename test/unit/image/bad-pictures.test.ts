import { chmod, mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError, type InputErrorCode } from "../../../plugin/core/errors.ts";
import { decodePicture } from "../../../plugin/image/decode.ts";
import { det } from "../../helpers/det.ts";
import { RASTER_FORMATS } from "../../helpers/pictures.ts";
import { RGB, uniformRows, writePng } from "../../helpers/png.ts";
import { testUnless } from "../../helpers/skip.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("bad pictures");

/** Writes `content` to `name` and checks that decoding it fails in one helpful line. */
async function assertRefused(
  content: Uint8Array | string,
  name: string,
  code: InputErrorCode,
  message: string,
): Promise<void> {
  await withFolder({}, async (folder) => {
    const path = join(folder, name);
    await writeFile(path, content);
    await assertPathRefused(path, code, message);
  });
}

async function assertPathRefused(
  path: string,
  code: InputErrorCode,
  message: string,
): Promise<void> {
  let failure: unknown;
  try {
    await decodePicture(path);
  } catch (error) {
    failure = error;
  }
  if (!(failure instanceof InputError)) {
    assert.unreachable(`${path}: expected an InputError, got ${failure}`);
    return;
  }
  assert.is(failure.message, `${path}: ${message}`);
  assert.is(failure.code, code);
  assert.not.match(failure.message, /\n/);
}

/** Noise, so that compressed files have length to lose. */
const noise = sharp(
  Uint8Array.from(det([64, 64, 3], 1), (value) => 128 + 127 * value),
  { raw: { width: 64, height: 64, channels: 3 } },
);

const FORMATS = "PNG, JPEG, WebP, AVIF, GIF, SVG or TIFF";

test("an empty file", () =>
  assertRefused("", "a.png", "unreadable", "the file is empty — save the picture again"));

test("a text file named .png", () =>
  assertRefused(
    "just some words\n",
    "a.png",
    "unsupported",
    `its content is not a picture — export it as ${FORMATS}`,
  ));

for (const [format, name] of RASTER_FORMATS) {
  test(`a ${name} cut off at any length`, async () => {
    const file = await noise.clone().toFormat(format).toBuffer();
    for (const share of [0.3, 0.6, 0.95]) {
      await assertRefused(
        file.subarray(0, Math.floor(share * file.length)),
        "a.png",
        "unreadable",
        `the ${name} is damaged or incomplete — save or export it again`,
      );
    }
  });
}

test("an unfinished SVG", () =>
  assertRefused(
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect',
    "a.svg",
    "unreadable",
    "the SVG is damaged or incomplete — save or export it again",
  ));

test("a header that promises 40,000 x 40,000 pixels", () =>
  assertRefused(
    writePng(40000, 40000, 8, RGB, new Uint8Array(100)),
    "bomb.png",
    "too-large",
    "is 40000 x 40000 pixels, the limit is 100 megapixels — export it smaller",
  ));

test("a picture of one pixel", () =>
  assertRefused(
    writePng(1, 1, 8, RGB, uniformRows(1, 1, [1, 2, 3])),
    "a.png",
    "empty-picture",
    "is 1 x 1 pixels, at least 16 x 16 are needed — export it larger",
  ));

test("a picture that is nothing but long", () =>
  assertRefused(
    writePng(9000, 20, 8, RGB, uniformRows(9000, 20, [1, 2, 3])),
    "a.png",
    "unsupported",
    "is 9000 x 20 pixels, too narrow for its length — crop it to the object",
  ));

test("a file over the size limit is not even read", () =>
  withFolder({ "a.png": "" }, async (folder) => {
    await truncate(join(folder, "a.png"), 257e6);
    const remedy = "the limit is 256 MB — export the picture smaller";
    await assertPathRefused(join(folder, "a.png"), "too-large", `is 257 MB, ${remedy}`);
  }));

for (const [name, content] of [
  ["HEIC", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
  ["BMP", "BM\0\0\0\0"],
  ["Photoshop", "8BPS\0\x01"],
  ["JPEG XL", "\xff\x0a\0\0"],
] as const) {
  test(`a ${name} file, whatever its name`, () =>
    assertRefused(
      Buffer.from(content, "latin1"),
      "a.png",
      "unsupported",
      `is a ${name} file — export it as ${FORMATS}`,
    ));
}

test("a missing file", () =>
  withFolder({}, (folder) =>
    assertPathRefused(join(folder, "gone.png"), "not-found", "does not exist — check the spelling"),
  ));

test("a folder", () =>
  withFolder({}, async (folder) => {
    await mkdir(join(folder, "a.png"));
    await assertPathRefused(
      join(folder, "a.png"),
      "unreadable",
      "is a folder, not a file — name the picture itself",
    );
  }));

test("a symbolic link that leads to itself", () =>
  withFolder({}, async (folder) => {
    await symlink("a.png", join(folder, "a.png"));
    await assertPathRefused(
      join(folder, "a.png"),
      "unreadable",
      "a symbolic link that leads back to itself — remove the link",
    );
  }));

const ignoresPermissions =
  process.platform === "win32" || process.getuid?.() === 0
    ? "this user may read every file"
    : undefined;

testUnless(ignoresPermissions, test, "a file without permission", () =>
  withFolder({ "a.png": "secret" }, async (folder) => {
    await chmod(join(folder, "a.png"), 0);
    await assertPathRefused(
      join(folder, "a.png"),
      "no-permission",
      "cannot be read, permission denied — give yourself read access",
    );
  }),
);

test.run();
