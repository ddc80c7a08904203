/** Small changes of bytes, as damage and malice make them. */
import type { Random } from "./random.ts";

type Mutation = (bytes: Buffer, random: Random, donor: Uint8Array) => Buffer;

/** Lengths, offsets and counts at which readers go wrong. */
const EDGES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];
/** Opcodes and operands of pickles. */
const PICKLE_PIECES = [..."(.)]}0123NQRabcdehjqrstuXBCGJKM", "\x85", "\x86", "\x87", "\x88"]
  .concat([
    "\x80\x02",
    "\x8c\x01a",
    "\x8a\xff",
    "\x93",
    "\x94",
    "\x95",
    "\x81",
    "U\x01a",
    "\x8f",
    "\x90",
    "\x91",
  ])
  .concat([
    "ctorch\nFloatStorage\n",
    "ccollections\nOrderedDict\n",
    "ctorch\nFloatTensor\n",
    "ctorch.nn.parameter\nParameter\n",
    "cos\nsystem\n",
    "h\x00",
    "K\x03",
  ])
  .map((text) => Buffer.from(text, "latin1"));
/** Values of a safetensors header. */
const JSON_PIECES = [
  "{",
  "}",
  "[",
  "]",
  '"',
  ",",
  ":",
  "\\",
  "-1",
  "0",
  "1e300",
  "null",
  "[1]",
  "[]",
]
  .concat([
    '"F32"',
    '"BF16"',
    '"shape"',
    '"dtype"',
    '"data_offsets"',
    '"\\u0000"',
    '"__proto__"',
    "4",
  ])
  .map((text) => Buffer.from(text));

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  setField,
  remove,
  repeat,
  truncate,
  splice,
  (bytes, random) => insert(bytes, random, random.pick(PICKLE_PIECES)),
  (bytes, random) => overwrite(bytes, random, random.pick(PICKLE_PIECES)),
  (bytes, random) => insert(bytes, random, random.pick(JSON_PIECES)),
  (bytes, random) => overwrite(bytes, random, random.pick(JSON_PIECES)),
];

/** A copy of `bytes` with one to four changes; pieces may come from `donor`. */
export function mutate(bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array {
  let mutated: Buffer = Buffer.from(bytes);
  for (let rounds = 1 + random.below(4); rounds > 0; rounds--) {
    mutated = random.pick(MUTATIONS)(mutated, random, donor);
  }
  return mutated;
}

function flipBit(bytes: Buffer, random: Random): Buffer {
  if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  return bytes;
}

function setByte(bytes: Buffer, random: Random): Buffer {
  if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

/** Overwrites 1, 2, 4 or 8 bytes with an edge, or moves what stands there by a little. */
function setField(bytes: Buffer, random: Random): Buffer {
  const width = random.pick([1, 2, 4, 8]);
  if (bytes.length < width) return bytes;
  const at = random.below(bytes.length - width + 1);
  const field = Buffer.alloc(8);
  bytes.copy(field, 0, at, at + width);
  const former = field.readBigUInt64LE();
  const value = random.below(2) === 0 ? random.pick(EDGES) : former + BigInt(random.below(9) - 4);
  field.writeBigUInt64LE(BigInt.asUintN(64, value));
  field.copy(bytes, at, 0, width);
  return bytes;
}

function range(bytes: Uint8Array, random: Random): Uint8Array {
  const begin = random.below(bytes.length + 1);
  return bytes.subarray(begin, begin + 1 + random.below(random.pick([4, 32, 256])));
}

function remove(bytes: Buffer, random: Random): Buffer {
  const { byteOffset, length } = range(bytes, random);
  const begin = byteOffset - bytes.byteOffset;
  return Buffer.concat([bytes.subarray(0, begin), bytes.subarray(begin + length)]);
}

function repeat(bytes: Buffer, random: Random): Buffer {
  return insert(bytes, random, range(bytes, random));
}

function truncate(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

function splice(bytes: Buffer, random: Random, donor: Uint8Array): Buffer {
  const piece = range(donor, random);
  return random.below(2) === 0 ? insert(bytes, random, piece) : overwrite(bytes, random, piece);
}

function insert(bytes: Buffer, random: Random, piece: Uint8Array): Buffer {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

function overwrite(bytes: Buffer, random: Random, piece: Uint8Array): Buffer {
  bytes.set(
    piece.subarray(0, bytes.length),
    random.below(Math.max(1, bytes.length - piece.length + 1)),
  );
  return bytes;
}
