import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import type { Checkpoint } from "../../../plugin/models/checkpoint/checkpoint.ts";
import { CheckpointFile } from "../../../plugin/models/checkpoint/checkpoint-file.ts";
import { SafetensorsFile } from "../../../plugin/models/checkpoint/safetensors.ts";
import { rejection } from "../../helpers/rejection.ts";
import { encodeSafetensors, rawSafetensors, storedFloats } from "../../helpers/safetensors.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("safetensors");

/** Opens a file of the given bytes, as `weights.safetensors`. */
async function withFile(
  bytes: Uint8Array,
  use: (open: () => Promise<Checkpoint>, path: string) => Promise<void>,
): Promise<void> {
  await withFolder({}, async (folder) => {
    const path = join(folder, "weights.safetensors");
    await writeFile(path, bytes);
    const file = await CheckpointFile.open(path);
    try {
      await use(() => SafetensorsFile.from(file), path);
    } finally {
      await file.close();
    }
  });
}

const bits = (...patterns: number[]): Uint8Array =>
  new Uint8Array(Uint16Array.from(patterns).buffer);

test("reads f32, f16 and bf16 as f32", async () => {
  const tensors = new Map([
    ["single", storedFloats([2, 1], Float32Array.of(1.5, -2))],
    // 1, -2, 65504 (largest), 2^-24 (smallest subnormal), infinity
    ["half", { dtype: "F16", shape: [5], bytes: bits(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00) }],
    // 1, -2, 2^127
    ["brain", { dtype: "BF16", shape: [3], bytes: bits(0x3f80, 0xc000, 0x7f00) }],
    ["empty", { dtype: "F32", shape: [0, 4], bytes: new Uint8Array() }],
  ]);
  await withFile(encodeSafetensors(tensors), async (open) => {
    const file = await open();
    assert.equal(file.tensors.get("single")?.shape, [2, 1]);
    assert.equal([...(await file.read("single"))], [1.5, -2]);
    assert.equal(
      [...(await file.read("half"))],
      [1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY],
    );
    assert.equal([...(await file.read("brain"))], [1, -2, 2 ** 127]);
    assert.equal([...(await file.read("empty"))], []);
    assert.equal(await rejection(file.read("other")).then((e) => e instanceof ModelError), true);
  });
});

test("metadata, trailing spaces and any order of the tensors are accepted", async () => {
  const header = JSON.stringify({
    second: { dtype: "F32", shape: [1], data_offsets: [4, 8] },
    __metadata__: { format: "pt" },
    first: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
  });
  const data = new Uint8Array(Float32Array.of(1, 2).buffer);
  await withFile(rawSafetensors(`${header}   `, data), async (open) => {
    const file = await open();
    assert.equal([...file.tensors.keys()].sort(), ["first", "second"]);
    assert.equal([...(await file.read("second"))], [2]);
  });
});

const entry = (begin: number, end: number, shape = [1], dtype = "F32"): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const withHeader = (header: object, dataBytes: number): Uint8Array =>
  rawSafetensors(JSON.stringify(header), new Uint8Array(dataBytes));
const lengthOnly = (length: bigint): Uint8Array => {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(length);
  return bytes;
};

const HOSTILE: readonly [title: string, bytes: Uint8Array, says: string][] = [
  ["an empty file", new Uint8Array(), "only 0 bytes"],
  ["a file of five bytes", new Uint8Array(5), "only 5 bytes"],
  ["a header longer than the file", lengthOnly(9n), "a header of 9 bytes in a file of 16"],
  ["a header of 2^63 bytes", lengthOnly(2n ** 63n), "a header of 9223372036854776000 bytes"],
  ["a header of no bytes", lengthOnly(0n), "not JSON"],
  ["a header that is not JSON", rawSafetensors("{hello}"), "not JSON"],
  ["a header that is not UTF-8", rawSafetensors(Buffer.from('{"\xff":1}', "latin1")), "not JSON"],
  ["a header that is a list", rawSafetensors("[]"), "not a JSON object"],
  ["a header that is null", rawSafetensors("null"), "not a JSON object"],
  [
    "a name that occurs twice",
    rawSafetensors(
      `{"w":${JSON.stringify(entry(0, 4))},"\\u0077":${JSON.stringify(entry(0, 4))}}`,
      new Uint8Array(4),
    ),
    "names w twice",
  ],
  ["an entry that is a number", withHeader({ w: 3 }, 0), "tensor w"],
  ["an entry without offsets", withHeader({ w: { dtype: "F32", shape: [1] } }, 4), "data_offsets"],
  ["an entry with more keys", withHeader({ w: { ...entry(0, 4), more: 1 } }, 4), "more"],
  ["integers", withHeader({ w: entry(0, 8, [1], "I64") }, 8), "tensor w is I64"],
  ["an unknown type", withHeader({ w: entry(0, 4, [1], "F3.2") }, 4), "tensor w is F3.2"],
  ["a negative size", withHeader({ w: entry(0, 4, [-1]) }, 4), "shape"],
  ["a fractional size", withHeader({ w: entry(0, 4, [0.5]) }, 4), "shape"],
  ["a size of 1e300", withHeader({ w: entry(0, 4, [1e300]) }, 4), "shape"],
  [
    "sizes whose product overflows",
    withHeader({ w: entry(0, 4, Array(8).fill(2 ** 52)) }, 4),
    "is more than 1073741824 values",
  ],
  ["a thousand axes", withHeader({ w: entry(0, 4, Array(1000).fill(1)) }, 4), "shape"],
  ["a million wrong sizes", withHeader({ w: entry(0, 4, Array(1e6).fill(-1)) }, 4), "<=8 items"],
  ["a name with line breaks", withHeader({ "a\nb": entry(0, 4) }, 4), "tensor a?b"],
  ["a type with line breaks", withHeader({ w: entry(0, 4, [1], "F\n32") }, 4), "w is F?32"],
  ["keys with line breaks", withHeader({ w: { ...entry(0, 4), "a\nb": 1 } }, 4), "a?b"],
  ["brackets in brackets", rawSafetensors(`{"w":${"[".repeat(2e5)}`), "not JSON"],
  [
    "brackets in brackets, closed",
    rawSafetensors(`{"w":${"[".repeat(2e5)}${"]".repeat(2e5)}}`),
    "tensor w",
  ],
  ["a header of 17 MB", rawSafetensors(`{}${" ".repeat(17 * 2 ** 20)}`), "a header of 17825794"],
  ["a range too short for the shape", withHeader({ w: entry(0, 4, [2]) }, 4), "takes 8 bytes"],
  ["a range that ends before it begins", withHeader({ w: entry(4, 0) }, 4), "its range 4..0"],
  ["a negative offset", withHeader({ w: entry(-4, 0) }, 4), "data_offsets"],
  ["a range past the end", withHeader({ w: entry(0, 4) }, 2), "2 bytes past the end"],
  [
    "overlapping ranges",
    withHeader({ v: entry(0, 8, [2]), w: entry(4, 12, [2]) }, 12),
    "tensor w overlaps",
  ],
  ["the same range twice", withHeader({ v: entry(0, 4), w: entry(0, 4) }, 4), "tensor w overlaps"],
  ["a hole before a tensor", withHeader({ w: entry(4, 8) }, 8), "4 unused bytes before tensor w"],
  ["bytes after the last tensor", withHeader({ w: entry(0, 4) }, 7), "3 unused bytes at the end"],
];

for (const [title, bytes, says] of HOSTILE) {
  test(`refuses ${title}`, () =>
    withFile(bytes, async (open) => {
      const error = await rejection(open());
      assert.instance(error, ModelError);
      const { message } = error as ModelError;
      assert.ok(message.startsWith("weights.safetensors: ") && message.includes(says), message);
      assert.not.match(message, /[^\x20-\x7e—]/);
    }));
}

test("a file cut short after it was opened is an error, not silence", () =>
  withFile(
    encodeSafetensors(new Map([["w", storedFloats([4], new Float32Array(4))]])),
    async (open, path) => {
      const file = await open();
      await truncate(path, 70);
      assert.instance(await rejection(file.read("w")), ModelError);
    },
  ));

test.run();
