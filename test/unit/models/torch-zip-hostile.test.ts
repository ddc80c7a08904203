import { suite } from "uvu";
import { refuses } from "../../helpers/checkpoints.ts";
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
import { encodeTorchZip, floatBytes, type TorchZipOptions } from "../../helpers/torch-zip.ts";

const test = suite("hostile PyTorch checkpoints");

const COUNT_TO_12 = floatBytes(...Array.from({ length: 12 }, (_, i) => i));
const twelve = storage("Float", "0", 12);
const WEIGHTS = dict({ w: tensor(twelve, [2]) });

/** Opcodes that no version of PyTorch would write. */
const raw = (text: string): ToPickle => Buffer.from(text, "latin1");
const withWeights = (extra: ToPickle): ToPickle => dict({ w: tensor(twelve, [2]), extra });

/** Some 10 KB that ask for 5,000 dicts of 500 entries. */
const COPIES = raw(
  `ccollections\nOrderedDict\nr\x01\0\0\0](${"]NaNa".repeat(500)}e\x85r\x02\0\0\0${"h\x01h\x02R0".repeat(5000)}`,
);

const REFUSED: readonly [title: string, saved: ToPickle, says: string][] = [
  ["a pickle that calls os.system", call(global("os", "system"), "echo"), "imports os.system"],
  ["the same beside the weights", withWeights(global("os", "system")), "imports os.system"],
  ["a whole module", global("torch.nn.modules.linear", "Linear"), "torch.nn.modules.linear.Linear"],
  ["numpy's numbers", global("numpy.core.multiarray", "scalar"), "numpy.core.multiarray.scalar"],
  ["eval", global("builtins", "eval"), "imports builtins.eval"],
  ["a name reached through a listed one", global("torch", "Size.__new__"), "torch.Size.__new__"],
  ["complex numbers", global("torch", "ComplexFloatStorage"), "torch.ComplexFloatStorage"],
  ["a name with line breaks", raw("cos\nsys\rtem\n"), "imports os.sys?tem"],
  ["a call of what is no function", call("text"), "calls what is not a function"],
  [
    "an ordered dict of numbers",
    call(ORDERED_DICT, [1]),
    "collections.OrderedDict called with other",
  ],
  ["the state of a list", { build: [], state: dict({}) }, "sets a state that nothing has"],
  [
    "a dict's state that is none",
    { build: dict({}), state: tuple(1) },
    "sets a state that nothing",
  ],
  [
    "a tensor's state that is none",
    { build: call(global("torch", "FloatTensor")), state: tuple(1, 2, 3, 4) },
    "sets a state that nothing has",
  ],
  [
    "a tensor of a size from the start",
    call(global("torch", "FloatTensor"), 2 ** 30),
    "torch.FloatTensor called with other arguments",
  ],
  ["a storage of another kind", { persistent: tuple("module", 1) }, "not a storage"],
  ["an opcode of protocol 0", raw("I1\n"), "opcode 0x49"],
  ["an extension", raw("\x82\x01"), "opcode 0x82"],
  ["a memo that was never set", raw("h\x07"), "no memo 7"],
  ["an empty stack", raw("00"), "empty stack"],
  ["tuples to a mark that was never set", raw("t"), "a mark it never set"],
  ["appending to a tuple", raw(")Na"), "not a list"],
  ["a key without a value", raw("}(Nu"), "a key without a value"],
  ["keys of a list", raw("](NNu"), "not a dict"],
  ["bytes of Python 2 that are no text", raw("U\x01\xff"), "text that is not UTF-8"],
  ["text longer than the pickle", raw("X\xff\xff\xff\xff"), "an operand past the end"],
  ["bytes of 2^64", raw(`\x8e${"\xff".repeat(8)}`), "an operand past the end"],
  ["text that is not UTF-8", raw("X\x01\0\0\0\xff"), "text that is not UTF-8"],
  ["a name without an end", raw("cos"), "a line without an end"],
  ["protocol 9", raw("\x80\x09"), "pickle protocol 9"],
  ["a million steps", raw("N0".repeat(600_000)), "more than 1000000 steps"],
  ["a long list copied again and again", COPIES, "more than 1000000 steps"],
  ["a list instead of a dict", [tensor(twelve, [2])], "a value that is no dict"],
  ["a single tensor", tensor(twelve, [2]), "a single tensor"],
  ["a dict without tensors", dict({ epoch: 3, "a\nb": 1 }), "2 entries (epoch, a?b)"],
];

for (const [title, saved, says] of REFUSED) {
  test(`refuses ${title}`, () => refuses(encodeTorchZip(saved, { 0: COUNT_TO_12 }), says));
}

const VIEWS: readonly [title: string, view: ToPickle, says: string][] = [
  ["a view past its storage", tensor(twelve, [13]), "to element 13 of a storage of 12"],
  ["an offset past it", tensor(twelve, [1], { offset: 12 }), "to element 13"],
  ["strides past it", tensor(twelve, [4], { strides: [4] }), "to element 13"],
  ["a stride of 2^53", tensor(twelve, [2], { strides: [2 ** 53] }), "called with other arguments"],
  ["a negative stride", tensor(twelve, [2], { strides: [-1] }), "called with other arguments"],
  ["a negative size", tensor(twelve, [-1]), "called with other arguments"],
  ["sizes without strides", tensor(twelve, [2, 2], { strides: [1] }), "called with other"],
  ["nine axes", tensor(twelve, Array(9).fill(1)), "called with other arguments"],
  [
    "a value repeated 2^40 times",
    tensor(twelve, [2 ** 20, 2 ** 20], { strides: [0, 0] }),
    "is more than 1073741824 values",
  ],
  [
    "a value repeated 2^25 times",
    tensor(twelve, [2 ** 25], { strides: [0] }),
    "repeats a storage of 12",
  ],
  ["a storage of another size", tensor(storage("Float", "0", 11), [2]), "48 bytes instead of 44"],
  ["a storage of other numbers", tensor(storage("Half", "0", 12), [2]), "48 bytes instead of 24"],
  ["a storage that is not there", tensor(storage("Float", "1", 12), [2]), "no archive/data/1"],
  ["a storage outside its folder", tensor(storage("Float", "../data.pkl", 12), [2]), "no archive"],
];

for (const [title, view, says] of VIEWS) {
  test(`refuses ${title}`, () =>
    refuses(encodeTorchZip(dict({ w: view }), { 0: COUNT_TO_12 }), says));
}

test("refuses two storages at one place", () => {
  let first = 0;
  const offset = (name: string, at: number): number => {
    if (name.endsWith("data/0")) first = at;
    return name.endsWith("data/1") ? first : at;
  };
  const saved = dict({
    v: tensor(twelve, [2]),
    w: tensor(storage("Float", "1", 12), [2]),
  });
  const storages = { 0: COUNT_TO_12, 1: COUNT_TO_12 };
  return refuses(encodeTorchZip(saved, storages, { offset }), "overlaps another");
});

test("refuses names that would garble messages", async () => {
  for (const name of ["a\nb", "\u001b[2J", "ü", "x".repeat(501)]) {
    const saved = dict({ [name]: tensor(twelve, [1]) });
    await refuses(encodeTorchZip(saved, { 0: COUNT_TO_12 }), "not short plain text");
  }
});

const BAD_ARCHIVES: readonly [title: string, options: TorchZipOptions, says: string][] = [
  ["big-endian numbers", { files: { byteorder: "big" } }, "not little-endian"],
  ["TorchScript", { files: { "constants.pkl": "" } }, "TorchScript"],
  ["a second pickle", { files: { "../other/data.pkl": "" } }, "damaged"],
  ["a pickle deeper in the archive", { root: "a/b" }, "0 PyTorch pickles"],
  [
    "a compressed pickle",
    { method: (name) => (name.endsWith("data.pkl") ? 8 : 0) },
    "archive/data.pkl in the archive is compressed",
  ],
  [
    "an encrypted storage",
    { flags: (name) => (name.endsWith("data/0") ? 1 : 0) },
    "table of contents is damaged",
  ],
  [
    "a storage beyond the file",
    { offset: (name, at) => (name.endsWith("data/0") ? 1e9 : at) },
    "in the middle of its content",
  ],
  [
    "a storage at 2^53",
    { zip64: true, offset: (name, at) => (name.endsWith("data/0") ? 2 ** 53 : at) },
    "in the middle of its content",
  ],
];

for (const [title, options, says] of BAD_ARCHIVES) {
  test(`refuses ${title}`, () =>
    refuses(encodeTorchZip(WEIGHTS, { 0: COUNT_TO_12 }, options), says));
}

test.run();
