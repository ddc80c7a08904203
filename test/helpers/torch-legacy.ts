/** Writes PyTorch checkpoints of before version 1.6 for tests, sound ones and others. */
import { encodePickle, global, type Protocol, type ToPickle, tuple } from "./pickle.ts";

export interface StoredNumbers {
  readonly count: number | bigint;
  readonly bytes: Uint8Array;
}

export interface LegacyTorchOptions {
  readonly protocol?: Protocol;
  readonly version?: ToPickle;
  readonly machine?: ToPickle;
  /** By default those of the storages. */
  readonly keys?: ToPickle;
}

const MAGIC = 0x1950a86a20f9469cfc6cn;
const MACHINE: ToPickle = {
  dict: [
    ["protocol_version", 1001],
    [
      "type_sizes",
      {
        dict: [
          ["int", 4],
          ["short", 2],
          ["long", 4],
        ],
      },
    ],
    ["little_endian", true],
  ],
};

/** What `torch.save` made of `saved` before version 1.6; the storages follow in their order. */
export function encodeLegacyTorch(
  saved: ToPickle,
  storages: Readonly<Record<string, StoredNumbers>> = {},
  options: LegacyTorchOptions = {},
): Uint8Array {
  const { protocol = 2, version = 1001, machine = MACHINE } = options;
  const { keys = Object.keys(storages) } = options;
  const pickles = [MAGIC, version, machine, saved, keys].map((value) =>
    encodePickle(value, protocol),
  );
  const data = Object.values(storages).flatMap(({ count, bytes }) => [
    new Uint8Array(BigInt64Array.of(BigInt(count)).buffer),
    bytes,
  ]);
  return Buffer.concat([...pickles, ...data]);
}

/** `torch.<type>Storage` of that many elements, or a `part` of it. */
export function legacyStorage(
  type: string,
  key: string,
  elements: number | bigint,
  part: ToPickle = null,
): ToPickle {
  const storageClass = global("torch", `${type}Storage`);
  return { persistent: tuple("storage", storageClass, key, "cuda:0", elements, part) };
}

/** Values as f32. */
export function storedNumbers(values: Float32Array): StoredNumbers {
  const { buffer, byteOffset, byteLength, length } = values;
  return { count: length, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}
