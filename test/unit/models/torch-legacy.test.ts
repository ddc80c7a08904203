import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ReadableFile } from "../../../plugin/models/checkpoint/checkpoint-file.ts";
import { openCheckpoint } from "../../../plugin/models/checkpoint/open.ts";
import { TORCH_VIEWS, withCheckpoint } from "../../helpers/checkpoints.ts";
import {
  call,
  create,
  dict,
  global,
  ORDERED_DICT,
  type Protocol,
  type ToPickle,
  tensor,
  tuple,
} from "../../helpers/pickle.ts";
import { encodeLegacyTorch, legacyStorage, storedNumbers } from "../../helpers/torch-legacy.ts";

const test = suite("PyTorch checkpoints of before 1.6");

const FIXTURES = fileURLToPath(new URL("../../fixtures/torch/", import.meta.url));

test("reads what PyTorch itself has written", async () => {
  const checkpoint = await openCheckpoint(join(FIXTURES, "legacy.pth"));
  const expected = { ...TORCH_VIEWS, parameter: [0, 0.25, 0.5, 0.75, 1, 1.25] };
  assert.equal([...checkpoint.tensors.keys()], Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    assert.equal([...(await checkpoint.read(name))], values, name);
  }
  await checkpoint.close();
});

const COUNT_TO_12 = storedNumbers(Float32Array.from({ length: 12 }, (_, i) => i));
const twelve = legacyStorage("Float", "19337", 12);

for (const protocol of [2, 4, "python2"] satisfies Protocol[]) {
  test(`reads a file of pickle protocol ${protocol}`, () => {
    const saved = dict({ w: tensor(twelve, [3, 4]), b: tensor(twelve, [3], { offset: 9 }) });
    const bytes = encodeLegacyTorch(saved, { 19337: COUNT_TO_12 }, { protocol });
    return withCheckpoint(bytes, async (checkpoint) => {
      assert.equal(checkpoint.tensors.get("w")?.shape, [3, 4]);
      assert.is(checkpoint.tensors.get("w")?.dtype, "F32");
      assert.equal([...(await checkpoint.read("w"))], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      assert.equal([...(await checkpoint.read("b"))], [9, 10, 11]);
    });
  });
}

test("storages are found in the order of their list, whether tensors need them or not", () => {
  const saved = dict({
    optimizer: dict({ moment: tensor(legacyStorage("Double", "7", 2), [2]) }),
    state_dict: dict({
      a: tensor(legacyStorage("Half", "9", 1), [1]),
      b: tensor(legacyStorage("Float", "8", 2), [2]),
      c: tensor(legacyStorage("Long", "6", 0), [0]),
    }),
  });
  const storages = {
    // As text, not as numbers: "10" would come first.
    6: { count: 0, bytes: new Uint8Array() },
    7: { count: 2, bytes: new Uint8Array(16).fill(0xff) },
    8: storedNumbers(Float32Array.of(3, 4)),
    9: { count: 1, bytes: Uint8Array.of(0x00, 0xc0) },
  };
  return withCheckpoint(encodeLegacyTorch(saved, storages), async (checkpoint) => {
    assert.equal([...checkpoint.tensors.keys()], ["a", "b", "c"]);
    assert.equal([...(await checkpoint.read("a"))], [-2]);
    assert.equal([...(await checkpoint.read("b"))], [3, 4]);
    assert.equal([...(await checkpoint.read("c"))], []);
  });
});

/** Python 2's: entries as lists in a list. */
const orderedDict = (entries: Readonly<Record<string, ToPickle>>): ToPickle =>
  call(
    ORDERED_DICT,
    Object.entries(entries).map(([key, value]) => [key, value]),
  );

test("a state dict that Python 2 has written", () => {
  const untracked = call(
    global("torch._utils", "_rebuild_tensor_v2"),
    legacyStorage("Float", "19337", 12n),
    0,
    tuple(1, 12, 1, 1),
    tuple(12, 1, 1, 1),
    false,
    null,
  );
  const versions = orderedDict({ "": dict({ version: 1 }), lin0: dict({ version: 1 }) });
  const saved = {
    build: orderedDict({ "lin0.model.1.weight": untracked, ["x".repeat(300)]: untracked }),
    state: dict({ _metadata: versions }),
  };
  const bytes = encodeLegacyTorch(saved, { 19337: COUNT_TO_12 }, { protocol: "python2" });
  return withCheckpoint(bytes, async (checkpoint) => {
    assert.equal([...checkpoint.tensors.keys()], ["lin0.model.1.weight", "x".repeat(300)]);
    assert.equal(checkpoint.tensors.get("lin0.model.1.weight")?.shape, [1, 12, 1, 1]);
    assert.is((await checkpoint.read("lin0.model.1.weight"))[11], 11);
  });
});

/** A tensor made empty and given its content. */
const filled = (type: string, offset: number): ToPickle => ({
  build: call(global("torch", type)),
  state: tuple(twelve, offset, tuple(2, 2), tuple(1, 2)),
});
const PARAMETER = global("torch.nn.parameter", "Parameter");
const REBUILT = call(
  global("torch._utils", "_rebuild_tensor"),
  twelve,
  1,
  tuple(2, 2),
  tuple(1, 2),
);

const FIRST_VERSIONS: readonly [title: string, value: ToPickle][] = [
  ["a tensor of four arguments", REBUILT],
  ["a tensor made empty", filled("FloatTensor", 1)],
  ["a tensor of a GPU made empty", filled("cuda.FloatTensor", 1)],
  [
    "a parameter and how it is trained",
    { build: call(PARAMETER, REBUILT), state: tuple(true, false, call(ORDERED_DICT)) },
  ],
  [
    "a parameter made empty",
    {
      build: create(PARAMETER),
      state: tuple(filled("FloatTensor", 1), null, call(ORDERED_DICT), true, false),
    },
  ],
];

for (const [title, value] of FIRST_VERSIONS) {
  test(`the first versions' way to write ${title}`, () => {
    const bytes = encodeLegacyTorch(dict({ w: value }), { 19337: COUNT_TO_12 });
    return withCheckpoint(bytes, async (checkpoint) => {
      assert.equal(checkpoint.tensors.get("w")?.shape, [2, 2]);
      assert.equal([...(await checkpoint.read("w"))], [1, 3, 2, 4]);
    });
  });
}

test("a tensor that was recalled before it had its content has it too", () => {
  const shell = Buffer.from("ctorch\nFloatTensor\n)Rr\x63\0\0\0", "latin1");
  const saved = {
    dict: [
      ["a", { build: shell, state: tuple(twelve, 3, tuple(2), tuple(1)) }],
      ["b", Buffer.from("j\x63\0\0\0", "latin1")],
    ],
  } as const;
  const bytes = encodeLegacyTorch(saved, { 19337: COUNT_TO_12 });
  return withCheckpoint(bytes, async (checkpoint) => {
    assert.equal([...(await checkpoint.read("a"))], [3, 4]);
    assert.equal([...(await checkpoint.read("b"))], [3, 4]);
  });
});

/** What opening may read of a file of any size. */
const OPENING_BYTES = 17 * 2 ** 20;

test("a large file is not read when it is opened, nor when a tensor of it is", async () => {
  const elements = 2 ** 28;
  const large = tensor(legacyStorage("Float", "1", elements), [elements]);
  const last = tensor(legacyStorage("Float", "2", elements), [3], { offset: elements - 3 });
  const empty = { count: elements, bytes: new Uint8Array() };
  const small = encodeLegacyTorch(dict({ large, last }), { 1: empty, 2: empty });
  // Both counts are where they are, the numbers after them are zeros but for the last.
  const pickles = small.length - 16;
  const second = pickles + 8 + 4 * elements;
  const size = second + 8 + 4 * elements;
  const pieces = [
    [0, small.subarray(0, pickles + 8)],
    [second, small.subarray(pickles + 8)],
    [size - 4, new Uint8Array(Float32Array.of(5).buffer)],
  ] as const;
  let bytesRead = 0;
  const file: ReadableFile = {
    stat: () => Promise.resolve({ size, isFile: () => true }),
    read: (bytes, offset, length, position) => {
      bytesRead += length;
      for (const [begin, piece] of pieces) {
        const from = Math.max(0, position - begin);
        const part = piece.subarray(from, Math.max(from, position + length - begin));
        if (part.length > 0) bytes.set(part, offset + begin + from - position);
      }
      return Promise.resolve({ bytesRead: length });
    },
    close: () => Promise.resolve(),
  };
  const checkpoint = await openCheckpoint("large.pth", () => Promise.resolve(file));
  assert.equal(checkpoint.tensors.get("large")?.shape, [elements]);
  assert.ok(bytesRead < OPENING_BYTES, `${bytesRead}`);
  bytesRead = 0;
  assert.equal([...(await checkpoint.read("last"))], [0, 0, 5]);
  assert.is(bytesRead, 12);
  await checkpoint.close();
});

test.run();
