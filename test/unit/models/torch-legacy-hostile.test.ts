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
import {
  encodeLegacyTorch,
  type LegacyTorchOptions,
  legacyStorage,
  type StoredNumbers,
  storedNumbers,
} from "../../helpers/torch-legacy.ts";

const test = suite("hostile PyTorch checkpoints of before 1.6");

const COUNT_TO_12 = storedNumbers(Float32Array.from({ length: 12 }, (_, i) => i));
const twelve = legacyStorage("Float", "0", 12);
const WEIGHTS = dict({ w: tensor(twelve, [2]) });

const SAVED: readonly [title: string, saved: ToPickle, says: string][] = [
  ["a pickle that calls os.system", call(global("os", "system"), "echo"), "imports os.system"],
  ["a whole module", global("torch.nn.modules.linear", "Linear"), "torch.nn.modules.linear.Linear"],
  ["a list", [tensor(twelve, [2])], "a value that is no dict"],
  [
    "a tensor never given its content",
    dict({ w: call(global("torch", "FloatTensor")), unused: twelve }),
    "no weights by name in it, but a dict of 2 entries (w, unused)",
  ],
  [
    "an id of the later format",
    dict({ w: tensor(storage("Float", "0", 12), [2]) }),
    "refers to what is not a storage",
  ],
  [
    "an id of a module",
    dict({ w: tensor(twelve, [2]), net: { persistent: tuple("module", 1, "net.py", "class") } }),
    "refers to what is not a storage",
  ],
  [
    "a part of a storage",
    dict({ w: tensor(legacyStorage("Float", "0", 12, tuple("1", 4, 8)), [2]) }),
    "storage 0 is part of another, which is not read — load it in PyTorch",
  ],
  [
    "a storage of two sizes",
    dict({ v: tensor(twelve, [2]), w: tensor(legacyStorage("Half", "0", 12), [2]) }),
    "storage 0 has 48 bytes in one place and 24 in another",
  ],
  [
    "a storage of 2^53 - 1 numbers",
    dict({ w: tensor(legacyStorage("Float", "0", 2 ** 53 - 1), [2]) }),
    "storage 0 has 12 numbers instead of 9007199254740991",
  ],
  [
    "a view past its storage",
    dict({ w: tensor(twelve, [13]) }),
    "to element 13 of a storage of 12",
  ],
];

for (const [title, saved, says] of SAVED) {
  test(`refuses ${title}`, () => refuses(encodeLegacyTorch(saved, { 0: COUNT_TO_12 }), says));
}

const LAYOUTS: readonly [title: string, options: LegacyTorchOptions, says: string][] = [
  ["another version of the format", { version: 1002 }, "its format is of another version"],
  ["a machine that is no dict", { machine: [] }, "does not say which machine wrote it"],
  ["big-endian numbers", { machine: dict({ little_endian: false }) }, "is not little-endian"],
  ["keys that are no list", { keys: tuple("0") }, "does not list its storages"],
  ["a key that is no text", { keys: [0] }, "lists a storage without a name"],
  ["a storage listed twice", { keys: ["0", "0"] }, "lists storage 0 twice"],
  ["a storage of unknown type", { keys: ["\n1", "0"] }, "nothing says what storage ?1 is"],
  ["a storage that is not listed", { keys: [] }, "has 56 bytes behind its last storage"],
  ["code beside the weights", { keys: call(ORDERED_DICT, 1) }, "called with other arguments"],
];

for (const [title, options, says] of LAYOUTS) {
  test(`refuses ${title}`, () =>
    refuses(encodeLegacyTorch(WEIGHTS, { 0: COUNT_TO_12 }, options), says));
}

test("refuses a tensor whose storage is not in the file", () =>
  refuses(encodeLegacyTorch(WEIGHTS, {}), "no storage 0"));

const COUNTS: readonly [title: string, numbers: StoredNumbers, says: string][] = [
  ["another count than the pickle's", { ...COUNT_TO_12, count: 11 }, "11 numbers instead of 12"],
  ["a negative count", { ...COUNT_TO_12, count: -1n }, "-1 numbers instead of 12"],
  ["a count of 2^63 - 1", { ...COUNT_TO_12, count: 2n ** 63n - 1n }, "9223372036854775807 numbers"],
  ["fewer numbers", { count: 12, bytes: COUNT_TO_12.bytes.subarray(1) }, "in the middle of its"],
  ["more numbers", { count: 12, bytes: new Uint8Array(50) }, "2 bytes behind its last storage"],
];

for (const [title, numbers, says] of COUNTS) {
  test(`refuses a storage of ${title}`, () =>
    refuses(encodeLegacyTorch(WEIGHTS, { 0: numbers }), says));
}

test("refuses another magic number", () => {
  const bytes = Buffer.from(encodeLegacyTorch(WEIGHTS, { 0: COUNT_TO_12 }));
  // The magic number stays, something else is what the first pickle gives.
  return refuses(
    Buffer.concat([bytes.subarray(0, 14), Buffer.from("K\x01"), bytes.subarray(14)]),
    "its magic number is another",
  );
});

test("refuses a file cut anywhere behind its magic number", async () => {
  const bytes = encodeLegacyTorch(WEIGHTS, { 0: COUNT_TO_12 });
  for (let length = 14; length < bytes.length; length += 7) {
    await refuses(bytes.subarray(0, length), "copy or download it again");
  }
});

test.run();
