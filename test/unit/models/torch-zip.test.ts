import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import { openCheckpoint } from "../../../plugin/models/checkpoint/open.ts";
import { TORCH_VIEWS, withCheckpoint } from "../../helpers/checkpoints.ts";
import {
  call,
  dict,
  global,
  ORDERED_DICT,
  storage,
  type ToPickle,
  tensor,
  tuple,
} from "../../helpers/pickle.ts";
import { rejection } from "../../helpers/rejection.ts";
import { encodeTorchZip, floatBytes, type TorchZipOptions } from "../../helpers/torch-zip.ts";

const test = suite("PyTorch checkpoints");

const FIXTURES = fileURLToPath(new URL("../../fixtures/torch/", import.meta.url));

test("reads what PyTorch itself has written", async () => {
  const checkpoint = await openCheckpoint(join(FIXTURES, "views.pt"));
  assert.equal([...checkpoint.tensors.keys()], Object.keys(TORCH_VIEWS));
  for (const [name, values] of Object.entries(TORCH_VIEWS)) {
    assert.equal([...(await checkpoint.read(name))], values, name);
  }
  await checkpoint.close();
});

test("reads the weights of a training run that PyTorch has written", async () => {
  const checkpoint = await openCheckpoint(join(FIXTURES, "training.ckpt"));
  assert.equal([...checkpoint.tensors.keys()], ["weight", "bias"]);
  assert.equal([...(await checkpoint.read("weight"))], [0, 0.25, 0.5, 0.75, 1, 1.25]);
  assert.equal([...(await checkpoint.read("bias"))], [-1, 1]);
  await checkpoint.close();
});

const COUNT_TO_12 = floatBytes(...Array.from({ length: 12 }, (_, i) => i));
const twelve = storage("Float", "0", 12);

/** The values of a tensor on the storage 0, 1, .. 11. */
async function valuesOf(view: ToPickle): Promise<number[]> {
  let values: number[] = [];
  await withCheckpoint(
    encodeTorchZip(dict({ w: view }), { 0: COUNT_TO_12 }),
    async (checkpoint) => {
      values = [...(await checkpoint.read("w"))];
    },
  );
  return values;
}

const LAYOUTS: readonly [title: string, options: TorchZipOptions][] = [
  ["of version 1.6", {}],
  ["of version 2.1", { root: "model", files: { byteorder: "little", version: "3\n" } }],
  ["with 64-bit sizes", { zip64: true }],
  ["of pickle protocol 4", { protocol: 4 }],
];

for (const [title, options] of LAYOUTS) {
  test(`reads an archive ${title}`, () => {
    const saved = dict({
      "layer.weight": tensor(twelve, [3, 4]),
      "layer.bias": tensor(twelve, [3]),
    });
    return withCheckpoint(
      encodeTorchZip(saved, { 0: COUNT_TO_12 }, options),
      async (checkpoint) => {
        assert.equal([...checkpoint.tensors.keys()], ["layer.weight", "layer.bias"]);
        assert.equal(checkpoint.tensors.get("layer.weight")?.shape, [3, 4]);
        assert.is(checkpoint.tensors.get("layer.weight")?.dtype, "F32");
        assert.equal(
          [...(await checkpoint.read("layer.weight"))],
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        );
        assert.equal([...(await checkpoint.read("layer.bias"))], [0, 1, 2]);
        assert.instance(await rejection(checkpoint.read("other")), ModelError);
      },
    );
  });
}

test("views of a storage: offset, transposed, stepped, repeated, scalar, empty", async () => {
  assert.equal(await valuesOf(tensor(twelve, [2, 2], { offset: 5 })), [5, 6, 7, 8]);
  assert.equal(
    await valuesOf(tensor(twelve, [4, 3], { strides: [1, 4] })),
    [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11],
  );
  assert.equal(await valuesOf(tensor(twelve, [3], { offset: 1, strides: [4] })), [1, 5, 9]);
  assert.equal(
    await valuesOf(tensor(twelve, [2, 2, 2], { offset: 1, strides: [6, 1, 3] })),
    [1, 4, 2, 5, 7, 10, 8, 11],
  );
  assert.equal(
    await valuesOf(tensor(twelve, [2, 3], { offset: 7, strides: [0, 0] })),
    [7, 7, 7, 7, 7, 7],
  );
  assert.equal(await valuesOf(tensor(twelve, [], { offset: 3 })), [3]);
  assert.equal(await valuesOf(tensor(twelve, [0, 4])), []);
  // The stride of an axis of one element says nothing.
  assert.equal(await valuesOf(tensor(twelve, [1, 3], { strides: [99, 1] })), [0, 1, 2]);
});

test("every number format is read as f32", () => {
  const of = (...values: number[]): Uint8Array => Uint8Array.from(values);
  // -2 and 1 in each format; unsigned ones have 254 in place of -2.
  const storages: readonly [type: string, dtype: string, bytes: Uint8Array, first: number][] = [
    ["Double", "F64", new Uint8Array(Float64Array.of(-2, 1).buffer), -2],
    ["Float", "F32", floatBytes(-2, 1), -2],
    ["Half", "F16", of(0x00, 0xc0, 0x00, 0x3c), -2],
    ["BFloat16", "BF16", of(0x00, 0xc0, 0x80, 0x3f), -2],
    ["Long", "I64", new Uint8Array(BigInt64Array.of(-2n, 1n).buffer), -2],
    ["Int", "I32", new Uint8Array(Int32Array.of(-2, 1).buffer), -2],
    ["Short", "I16", new Uint8Array(Int16Array.of(-2, 1).buffer), -2],
    ["Char", "I8", of(0xfe, 1), -2],
    ["Byte", "U8", of(0xfe, 1), 254],
    ["Bool", "BOOL", of(1, 1), 1],
  ];
  const saved = dict(
    Object.fromEntries(storages.map(([type]) => [type, tensor(storage(type, type, 2), [2])])),
  );
  const bytes = Object.fromEntries(storages.map(([type, , content]) => [type, content]));
  return withCheckpoint(encodeTorchZip(saved, bytes), async (checkpoint) => {
    for (const [type, dtype, , first] of storages) {
      assert.is(checkpoint.tensors.get(type)?.dtype, dtype);
      assert.equal([...(await checkpoint.read(type))], [first, 1], type);
    }
  });
});

test("an untyped storage takes its format from the tensor", () => {
  const untyped = tuple("storage", global("torch.storage", "UntypedStorage"), "0", "cpu", 48);
  const rebuild = global("torch._utils", "_rebuild_tensor_v3");
  const view = call(
    rebuild,
    { persistent: untyped },
    2,
    tuple(3),
    tuple(1),
    false,
    call(ORDERED_DICT),
    global("torch", "float32"),
  );
  return withCheckpoint(
    encodeTorchZip(dict({ w: view }), { 0: COUNT_TO_12 }),
    async (checkpoint) => {
      assert.equal([...(await checkpoint.read("w"))], [2, 3, 4]);
    },
  );
});

test("a parameter is its tensor", async () => {
  const rebuild = global("torch._utils", "_rebuild_parameter");
  const parameter = call(rebuild, tensor(twelve, [2]), true, call(ORDERED_DICT));
  assert.equal(await valuesOf(parameter), [0, 1]);
});

const WEIGHTS = dict({ w: tensor(twelve, [2]) });
const OTHER = dict({ other: tensor(twelve, [1]) });

const PLACES: readonly [title: string, saved: ToPickle, names: string[]][] = [
  ["at the top", dict({ epoch: 3, w: tensor(twelve, [2]) }), ["w"]],
  ["under state_dict", dict({ optimizer: OTHER, state_dict: WEIGHTS }), ["w"]],
  ["under model_state_dict", dict({ model_state_dict: WEIGHTS, lr: 1e-4 }), ["w"]],
  ["under model", dict({ step: tensor(twelve, []), model: WEIGHTS }), ["w"]],
  ["under weights", dict({ model: "its name", weights: WEIGHTS }), ["w"]],
  ["of a wrapped module", dict({ "module.w": tensor(twelve, [2]) }), ["w"]],
  [
    "with one name of its own",
    dict({ "module.w": tensor(twelve, [2]), v: tensor(twelve, [1]) }),
    ["module.w", "v"],
  ],
];

for (const [title, saved, names] of PLACES) {
  test(`finds the weights ${title}`, () =>
    withCheckpoint(encodeTorchZip(saved, { 0: COUNT_TO_12 }), async ({ tensors }) => {
      assert.equal([...tensors.keys()], names);
    }));
}

test("what training programs keep beside the weights is passed over", () => {
  const versions: ToPickle = {
    build: call(ORDERED_DICT),
    state: dict({ _metadata: dict({ "": dict({ version: 1 }) }) }),
  };
  const saved = dict({
    state_dict: WEIGHTS,
    args: dict({ sizes: [1, 256, 65536, -1, 2n ** 70n, 0.5], names: tuple("a", "b", "c", "d") }),
    dtype: global("torch", "float16"),
    size: call(global("torch", "Size"), tuple(1, 2)),
    tags: call(global("__builtin__", "set"), ["a", "b"]),
    bytes: call(global("_codecs", "encode"), "abc", "latin1"),
    versions,
    nothing: null,
    flags: [true, false],
  });
  return withCheckpoint(encodeTorchZip(saved, { 0: COUNT_TO_12 }), async ({ tensors }) => {
    assert.equal([...tensors.keys()], ["w"]);
  });
});

test.run();
