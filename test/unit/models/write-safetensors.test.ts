import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, ModelError } from "../../../plugin/core/errors.ts";
import { openCheckpoint } from "../../../plugin/models/checkpoint/open.ts";
import {
  type TensorToWrite,
  writeSafetensors,
} from "../../../plugin/models/checkpoint/write-safetensors.ts";
import { rejection } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("writing safetensors");

const TENSORS: readonly TensorToWrite[] = [
  { name: "a.half", dtype: "F16", shape: [3] },
  { name: "b", dtype: "F32", shape: [2, 1] },
  { name: "c.brain", dtype: "BF16", shape: [2] },
  { name: "scalar", dtype: "F32", shape: [] },
  { name: "nothing", dtype: "F32", shape: [0, 4] },
];
const VALUES = new Map([
  ["a.half", [1, -0.5, 65504]],
  ["b", [Math.fround(0.1), -2]],
  ["c.brain", [3, 2 ** 100]],
  ["scalar", [7]],
  ["nothing", []],
]);

const read = (name: string): Promise<Float32Array> =>
  Promise.resolve(Float32Array.from(VALUES.get(name) ?? []));

test("what is written reads back, whatever the order it is given in", () =>
  withFolder({}, async (folder) => {
    const path = join(folder, "made/model.safetensors");
    const fractions: number[] = [];
    const onProgress = (fraction: number): void => void fractions.push(fraction);
    await writeSafetensors(path, TENSORS, read, { onProgress, metadata: { b: "2", a: "1" } });
    const checkpoint = await openCheckpoint(path);
    for (const { name, dtype, shape } of TENSORS) {
      assert.equal(checkpoint.tensors.get(name)?.dtype, dtype);
      assert.equal(checkpoint.tensors.get(name)?.shape, shape);
      assert.equal([...(await checkpoint.read(name))], VALUES.get(name));
    }
    await checkpoint.close();
    assert.equal(fractions, fractions.toSorted());
    assert.is(fractions.at(-1), 1);

    const reversed = join(folder, "reversed.safetensors");
    await writeSafetensors(reversed, TENSORS.toReversed(), read, { metadata: { a: "1", b: "2" } });
    assert.equal(await readFile(reversed), await readFile(path));
  }));

test("the header is padded to 8 bytes and wide elements come first", () =>
  withFolder({}, async (folder) => {
    const path = join(folder, "model.safetensors");
    await writeSafetensors(path, TENSORS, read);
    const bytes = await readFile(path);
    const length = Number(bytes.readBigUInt64LE());
    assert.is(length % 8, 0);
    const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(
      bytes.toString("utf8", 8, 8 + length),
    );
    const begins = Object.entries(header).map(([name, entry]) => [name, entry.data_offsets[0]]);
    assert.equal(begins, [
      ["b", 0],
      ["nothing", 8],
      ["scalar", 8],
      ["a.half", 12],
      ["c.brain", 18],
    ]);
  }));

test("a value beyond F16 is refused by name and the former file stays", () =>
  withFolder({ "model.safetensors": "former" }, async (folder) => {
    const path = join(folder, "model.safetensors");
    const tensor: TensorToWrite = { name: "big", dtype: "F16", shape: [3] };
    const write = (...values: number[]): Promise<void> =>
      writeSafetensors(path, [tensor], () => Promise.resolve(Float32Array.from(values)));
    const error = await rejection(write(1, 2, 65520));
    assert.instance(error, ModelError);
    assert.match((error as ModelError).message, "tensor big: 65520 at 2 is beyond F16");
    assert.is(await readFile(path, "utf8"), "former");
    assert.equal(await readdir(folder), ["model.safetensors"]);
    await write(Number.POSITIVE_INFINITY, Number.NaN, 65519);
  }));

test("names that a file cannot hold are refused", () =>
  withFolder({}, async (folder) => {
    const path = join(folder, "model.safetensors");
    const scalar = (name: string): TensorToWrite => ({ name, dtype: "F32", shape: [] });
    for (const names of [["w", "w"], ["__metadata__"]]) {
      const error = await rejection(writeSafetensors(path, names.map(scalar), read));
      assert.instance(error, ModelError);
      assert.is((error as ModelError).code, "mismatch");
    }
    assert.equal(await readdir(folder), []);
  }));

test("a cancelled write leaves nothing behind", () =>
  withFolder({}, async (folder) => {
    const controller = new AbortController();
    const readThenAbort = (name: string): Promise<Float32Array> => {
      controller.abort();
      return read(name);
    };
    const { signal } = controller;
    const work = writeSafetensors(join(folder, "m.safetensors"), TENSORS, readThenAbort, {
      signal,
    });
    assert.instance(await rejection(work), CancelledError);
    assert.equal(await readdir(folder), []);
  }));

test("a file where a folder is needed is the user's to solve", () =>
  withFolder({}, async (folder) => {
    await writeFile(join(folder, "file"), "");
    const error = await rejection(writeSafetensors(join(folder, "file/m"), TENSORS, read));
    assert.is((error as Error).name, "InputError");
  }));

test.run();
