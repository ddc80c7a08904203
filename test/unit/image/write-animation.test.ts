import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, InputError } from "../../../plugin/core/errors.ts";
import { encodeAnimation, encodeMp4, encodePng } from "../../../plugin/image/write-animation.ts";
import { rejection } from "../../helpers/rejection.ts";
import { testUnless } from "../../helpers/skip.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("animations");

/** A 5 x 3 picture of one colour. */
function flat(red: number, alpha = 255): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: 4 * 15 }, (_, i) => [red, 40, 80, alpha][i % 4]);
  return encodePng({ width: 5, height: 3, data });
}

test("a PNG holds the pixels with their alpha", async () => {
  const { data, info } = await sharp(await flat(200, 100))
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.is(info.channels, 4);
  assert.equal([...data.subarray(0, 4)], [200, 40, 80, 100]);
});

test("WebP and GIF show every frame for its time, for ever", async () => {
  const frames = await Promise.all([flat(0), flat(120), flat(255)]);
  for (const format of ["webp", "gif"] as const) {
    const bytes = await encodeAnimation(frames, format, 110.4);
    const { pages, delay, loop, width, pageHeight } = await sharp(bytes, {
      animated: true,
    }).metadata();
    assert.is(pages, 3, format);
    assert.equal(delay, [110, 110, 110], format);
    assert.is(loop, 0, format);
    assert.equal([width, pageHeight], [5, 3], format);
  }
});

test("without ffmpeg there is no MP4 and no error", async () => {
  assert.is(await encodeMp4([await flat(1)], 100, { ffmpeg: "no-such-ffmpeg" }), undefined);
});

const noScripts = process.platform === "win32" ? "scripts are no programs on Windows" : undefined;

testUnless(noScripts, test, "ffmpeg gets raw frames on white and its file is taken", async () => {
  await withFolder({}, async (folder) => {
    const ffmpeg = await script(
      folder,
      'for last; do :; done; cat > "$last"; echo "$@" >> "$last"',
    );
    const bytes = await encodeMp4([await flat(0), await flat(0, 0)], 125, { ffmpeg });
    const [first, second] = [0, 45].map((at) => [...(bytes ?? []).slice(at, at + 3)]);
    assert.equal(first, [0, 40, 80]);
    assert.equal(second, [255, 255, 255]);
    assert.match(Buffer.from(bytes?.slice(90) ?? []).toString(), /-s 5x3 -framerate 8 -i -/);
  });
});

testUnless(noScripts, test, "an ffmpeg that fails is quoted", async () => {
  await withFolder({}, async (folder) => {
    const ffmpeg = await script(folder, "echo first >&2; echo 'Unknown encoder' >&2; exit 1");
    const error = await rejection(encodeMp4([await flat(1)], 100, { ffmpeg }));
    assert.instance(error, InputError);
    assert.match((error as Error).message, /^ffmpeg: Unknown encoder — /);
  });
});

testUnless(noScripts, test, "an abort ends ffmpeg", async () => {
  await withFolder({}, async (folder) => {
    const abort = new AbortController();
    const ffmpeg = await script(folder, "exec sleep 60");
    const work = encodeMp4([await flat(1)], 100, { ffmpeg, signal: abort.signal });
    setImmediate(() => abort.abort());
    assert.instance(await rejection(work), CancelledError);
  });
});

async function script(folder: string, commands: string): Promise<string> {
  const path = join(folder, "ffmpeg");
  await writeFile(path, `#!/bin/sh\n${commands}\n`);
  await chmod(path, 0o755);
  return path;
}

test.run();
