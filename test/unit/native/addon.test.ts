import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { FoldedField } from "../../../plugin/core/field.ts";
import { randomField } from "../../helpers/fields.ts";
import { testUnless } from "../../helpers/skip.ts";
import { ADDON_FILE, addonUnavailable, newControl, openAddon } from "./addon.ts";

const addon = suite("native addon");
const test = (name: string, body: () => void | Promise<void>) =>
  testUnless(addonUnavailable, addon, name, body);

const { field } = randomField(1);
const OPTIONS = { resolution: 20, level: 0, sparse: true };

/** The error with which `body` throws or rejects. */
async function errorOf(body: () => unknown): Promise<Error & { code?: string }> {
  try {
    await body();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("expected an error");
}

/** `field` with one value replaced; wrong types are the point. */
const withValue = (name: string, value: unknown) => ({ ...field, [name]: value }) as FoldedField;
const withLayer = (index: number, change: object) =>
  withValue(
    "layers",
    field.layers.map((layer, i) => (i === index ? { ...layer, ...change } : layer)),
  );

const BAD_FIELDS: readonly [FoldedField, string, string][] = [
  [undefined as unknown as FoldedField, "TypeError", "field: expected an object"],
  [withValue("hidden", "8"), "TypeError", "field.hidden: expected a number"],
  [withValue("hidden", 1025), "RangeError", "field.hidden: expected an integer from 1 to 1024"],
  [withValue("width", 2.5), "RangeError", "field.width: expected an integer"],
  [withValue("planes", [1, 2]), "TypeError", "field.planes: expected a Float32Array"],
  [withValue("planes", new Float64Array(9)), "TypeError", "field.planes: expected a Float32Array"],
  [withValue("planes", new Float32Array(7)), "RangeError", "field.planes: expected 1176 elements"],
  [withValue("firstBias", new Float32Array(7)), "RangeError", "field.firstBias: expected 8"],
  [withValue("activations", null), "TypeError", "field.activations: expected an object"],
  [
    withValue("activations", { ...field.activations, hidden: "gelu" }),
    "TypeError",
    'field.activations.hidden: expected "relu" or "silu"',
  ],
  [
    withValue("activations", { ...field.activations, colour: [0] }),
    "TypeError",
    "field.activations.colour: expected an array of 2 numbers",
  ],
  [withValue("layers", []), "RangeError", "field.layers: expected 1 to 64 layers"],
  [withValue("layers", {}), "TypeError", "field.layers: expected an array"],
  [withLayer(1, { rows: 3 }), "RangeError", "field.layers[1].rows: expected 4"],
  [withLayer(1, { columns: 9 }), "RangeError", "field.layers[1].columns: expected 8"],
  [withLayer(0, { weight: new Float32Array(63) }), "RangeError", "field.layers[0].weight"],
  [withLayer(0, { bias: null }), "TypeError", "field.layers[0].bias: expected a Float32Array"],
];

test("a bad field is refused by the name of what is wrong with it", async () => {
  for (const [bad, name, message] of BAD_FIELDS) {
    const error = await errorOf(() => openAddon().extract(bad, OPTIONS, newControl()));
    assert.is(error.name, name, message);
    assert.ok(error.message.startsWith(message), `${error.message} for ${message}`);
  }
});

test("bad options, points and volumes are refused", async () => {
  const { extract, evaluate, marchingCubes } = openAddon();
  const volume = new Float32Array(8);
  const cases: readonly [() => unknown, string][] = [
    [() => extract(field, { ...OPTIONS, resolution: 1 }, newControl()), "options.resolution"],
    [() => extract(field, { ...OPTIONS, level: Number.NaN }, newControl()), "options.level"],
    [() => extract(field, { ...OPTIONS, threads: 0 }, newControl()), "options.threads"],
    [() => extract(field, OPTIONS, new Int32Array(2)), "control: expected an Int32Array over a Sh"],
    [() => extract(field, OPTIONS, newControl().subarray(1)), "control: expected 2 elements"],
    [() => evaluate(field, new Float32Array(4), {}, newControl()), "points: expected 3 numbers"],
    [
      () => marchingCubes(volume, [2, 2], 0, true, {}, newControl()),
      "size: expected an array of 3",
    ],
    [() => marchingCubes(volume, [2, 0, 2], 0, true, {}, newControl()), "size[1]: expected"],
    [() => marchingCubes(volume, [2, 2, 3], 0, true, {}, newControl()), "volume: expected 12"],
    [() => marchingCubes(volume, [2, 2, 2], Infinity, true, {}, newControl()), "iso: expected"],
  ];
  for (const [body, message] of cases) {
    const error = await errorOf(body);
    assert.ok(error.message.startsWith(message), `${error.message} for ${message}`);
  }
});

test("bounds take only their own handle, and boxes within the lattice", async () => {
  const { prepareBounds, boundBoxes } = openAddon();
  const bounds = prepareBounds(field, 9);
  const bound = (boxes: Int32Array, handle: object = bounds) =>
    boundBoxes(handle, boxes, {}, newControl());
  const cases: readonly [() => unknown, string][] = [
    [() => prepareBounds(field, 1), "resolution: expected an integer from 2 to 2048"],
    [() => bound(new Int32Array(6), {}), "bounds: expected what prepareBounds returned"],
    [() => bound(new Int32Array(7)), "boxes: expected 6 numbers a box but received 7"],
    [() => bound(new Float32Array(6) as unknown as Int32Array), "boxes: expected an Int32Array"],
    [() => bound(Int32Array.of(0, 0, 0, 8, 9, 8)), "boxes[4]: expected an index from 0 to 8"],
    [() => bound(Int32Array.of(0, 3, 0, 8, 2, 8)), "boxes[4]: expected an index from 3 to 8"],
    [() => bound(Int32Array.of(0, 0, -1, 8, 8, 8)), "boxes[2]: expected an index from 0 to 8"],
  ];
  for (const [body, message] of cases) {
    const error = await errorOf(body);
    assert.ok(error.message.startsWith(message), `${error.message} for ${message}`);
  }
  assert.is((await bound(new Int32Array(0))).length, 0);
  assert.is((await bound(Int32Array.of(0, 0, 0, 8, 8, 8))).length, 14);
});

test("a broken field has infinite bounds", async () => {
  const planes = field.planes.map(() => Number.NaN);
  const { prepareBounds, boundBoxes } = openAddon();
  const box = Int32Array.of(0, 0, 0, 1, 1, 1);
  const handle = prepareBounds({ ...field, planes }, 9);
  const functions = await boundBoxes(handle, box, {}, newControl());
  assert.equal([functions[0], functions[7]], [-Infinity, Infinity]);
});

test("a buffer that a getter detaches while arguments are read is refused, not read", async () => {
  const planes = field.planes.slice();
  const hostile = {
    ...field,
    planes,
    get layers() {
      structuredClone(planes.buffer, { transfer: [planes.buffer] });
      return field.layers;
    },
  };
  const error = await errorOf(() => openAddon().extract(hostile, OPTIONS, newControl()));
  assert.is(error.message, "field.planes: expected 1176 elements but received 0");
});

test("inputs may be detached or changed once the call has returned", async () => {
  const { marchingCubes } = openAddon();
  const size = [40, 40, 40] as const;
  const volume = new Float32Array(40 ** 3).map((_, i) => Math.sin(i));
  const expected = await marchingCubes(volume, size, 0, true, {}, newControl());
  const pending = marchingCubes(volume, size, 0, true, {}, newControl());
  structuredClone(volume.buffer, { transfer: [volume.buffer] });
  assert.equal((await pending).triangles, expected.triangles);
});

test("arrays over shared memory are read like others", async () => {
  const { evaluate } = openAddon();
  const points = new Float32Array(new SharedArrayBuffer(12));
  points.set([0.1, -0.2, 0.3]);
  const shared = await evaluate(field, points, {}, newControl());
  assert.equal(shared, await evaluate(field, points.slice(), {}, newControl()));
});

test("cancelling rejects with the code CANCELLED", async () => {
  const control = newControl();
  const wide = randomField(2, { channels: 8, size: 16, hidden: [64, 64, 64] }).field;
  const options = { resolution: 400, level: 0, sparse: false };
  const pending = openAddon().extract(wide, options, control);
  Atomics.store(control, 0, 1);
  assert.is((await errorOf(() => pending)).code, "CANCELLED");
});

test("progress ends at 1000", async () => {
  const control = newControl();
  await openAddon().extract(field, OPTIONS, control);
  assert.is(Atomics.load(control, 1), 1000);
});

test("a value that is not finite rejects with the code BAD_VALUE", async () => {
  const volume = new Float32Array(27);
  volume[14] = Number.NaN;
  const error = await errorOf(() =>
    openAddon().marchingCubes(volume, [3, 3, 3], 0, true, {}, newControl()),
  );
  assert.is(error.code, "BAD_VALUE");
  assert.match(error.message, "lattice point (1, 1, 2) is NaN");
});

test("an empty surface is empty arrays", async () => {
  const mesh = await openAddon().extract(field, { ...OPTIONS, level: 1e6 }, newControl());
  assert.equal([mesh.positions.length, mesh.triangles.length], [0, 0]);
});

test("the instruction set has a name", () => {
  assert.ok(["scalar", "avx2", "avx512", "neon"].includes(openAddon().instructionSet()));
});

test("a worker thread may use the addon, and may be stopped while it does", async () => {
  const script = `
    const { parentPort, workerData } = require("node:worker_threads");
    const addon = require(workerData.file);
    const control = new Int32Array(workerData.control);
    const volume = new Float32Array(120 ** 3).map((_, i) => Math.sin(i));
    addon.marchingCubes(volume, [120, 120, 120], 0, true, {}, control).then((mesh) => {
      parentPort.postMessage(mesh.triangles.length);
      const again = () => addon.marchingCubes(volume, [120, 120, 120], 0, true, {}, control).then(again);
      again();
    });`;
  const workerData = { file: ADDON_FILE, control: newControl().buffer };
  const worker = new Worker(script, { eval: true, workerData });
  const [triangles] = await once(worker, "message");
  assert.ok(triangles > 0);
  await worker.terminate();
});

addon.run();
