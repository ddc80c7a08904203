import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import type { ReadableFile } from "../../../plugin/models/checkpoint/checkpoint-file.ts";
import { openCheckpoint } from "../../../plugin/models/checkpoint/open.ts";
import { dict, storage, tensor } from "../../helpers/pickle.ts";
import { rejection } from "../../helpers/rejection.ts";
import { encodeSafetensors, storedFloats } from "../../helpers/safetensors.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { encodeTorchZip, floatBytes } from "../../helpers/torch-zip.ts";
import { encodeZip } from "../../helpers/zip.ts";

const test = suite("opening checkpoints");

const VALUES = Float32Array.of(1, 2, 3, 4);
const SAFETENSORS = encodeSafetensors(new Map([["w", storedFloats([4], VALUES)]]));
const TORCH = encodeTorchZip(dict({ w: tensor(storage("Float", "0", 4), [4]) }), {
  0: floatBytes(...VALUES),
});

/** Writes `bytes` as `weights`, a name without an ending. */
function withFile(bytes: Uint8Array, use: (path: string) => Promise<void>): Promise<void> {
  return withFolder({}, async (folder) => {
    const path = join(folder, "weights");
    await writeFile(path, bytes);
    await use(path);
  });
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await rejection(work);
  assert.instance(error, ModelError);
  return (error as ModelError).message;
}

for (const [title, bytes] of [
  ["safetensors", SAFETENSORS],
  ["PyTorch", TORCH],
] as const) {
  test(`a ${title} file is known by its content`, () =>
    withFile(bytes, async (path) => {
      const checkpoint = await openCheckpoint(path);
      assert.equal([...(await checkpoint.read("w"))], [...VALUES]);
      await checkpoint.close();
    }));

  test(`a ${title} file cut anywhere is refused in one line`, async () => {
    for (let length = 0; length < bytes.length; length += 7) {
      await withFile(bytes.subarray(0, length), async (path) => {
        const message = await messageOf(openCheckpoint(path));
        assert.match(message, /^weights: .+ — .+ again/, `cut to ${length}`);
      });
    }
  });

  test(`a ${title} file cut after it was opened is an error, not silence`, () =>
    withFile(bytes, async (path) => {
      const checkpoint = await openCheckpoint(path);
      await truncate(path, 70);
      assert.match(await messageOf(checkpoint.read("w")), /has no byte \d+, in the middle/);
      await checkpoint.close();
    }));
}

const OTHERS: readonly [title: string, content: string | Uint8Array, says: RegExp][] = [
  ["an empty file", "", /only 0 bytes long — download it again/],
  ["a web page", "\n<!DOCTYPE html><html>Sign in", /a web page — download the file itself/],
  ["a server's XML", '<?xml version="1.0"?><Error/>', /a server's answer/],
  ["a server's JSON", '{"error":"not found"}', /a JSON text/],
  ["an LFS pointer", "version https://git-lfs.github.com/spec/v1\n", /LFS pointer .* git lfs pull/],
  ["zeros", new Uint8Array(4096), /was not finished/],
  ["a bare pickle", Uint8Array.of(0x80, 4, 0x95), /a bare Python pickle/],
  [
    "a PyTorch file of before 0.1.10",
    "././@PaxHeader\0\0",
    /tar archive, as PyTorch wrote before version 0\.1\.10 — load it in a newer one/,
  ],
  ["a gzip archive", Uint8Array.of(0x1f, 0x8b, 8), /gzip archive — unpack/],
  ["a GGUF file", "GGUF\x03\0\0\0", /GGUF/],
  ["an HDF5 file", "\x89HDF\r\n", /HDF5/],
  ["a picture", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), /neither safetensors nor/],
  ["a zip of other files", encodeZip([["photo.png", floatBytes(1)]]), /0 PyTorch pickles/],
];

for (const [title, content, says] of OTHERS) {
  test(`${title} is called by its name`, () =>
    withFile(
      typeof content === "string" ? Buffer.from(content, "latin1") : content,
      async (path) => {
        const message = await messageOf(openCheckpoint(path));
        assert.match(message, says);
        assert.match(message, /^weights: [^\n]+ — [^\n]+$/);
      },
    ));
}

test("a missing file and a folder are refused", () =>
  withFolder({}, async (folder) => {
    const path = join(folder, "none.safetensors");
    assert.match(
      await messageOf(openCheckpoint(path)),
      "none.safetensors: cannot be opened (ENOENT)",
    );
    assert.match(await messageOf(openCheckpoint(folder)), "is not a file");
  }));

test("a disk that fails is named, and the file is closed", async () => {
  let isClosed = false;
  const broken: ReadableFile = {
    stat: () => Promise.resolve({ size: 4096, isFile: () => true }),
    read: () => Promise.reject(Object.assign(new Error("EIO"), { code: "EIO", syscall: "read" })),
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
  const opening = openCheckpoint("weights", () => Promise.resolve(broken));
  assert.match(await messageOf(opening), "weights: cannot be read (EIO)");
  assert.ok(isClosed);
});

test("short reads are continued", async () => {
  let reads = 0;
  const slow: ReadableFile = {
    stat: () => Promise.resolve({ size: TORCH.length, isFile: () => true }),
    read: (bytes, offset, length, position) => {
      reads++;
      const range = TORCH.subarray(position, position + Math.min(length, 5));
      bytes.set(range, offset);
      return Promise.resolve({ bytesRead: range.length });
    },
    close: () => Promise.resolve(),
  };
  const checkpoint = await openCheckpoint("weights", () => Promise.resolve(slow));
  assert.equal([...(await checkpoint.read("w"))], [...VALUES]);
  assert.ok(reads > TORCH.length / 10);
});

test.run();
