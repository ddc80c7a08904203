/**
 * Reads PyTorch checkpoints as `torch.save` wrote them from version 0.1.10 to 1.5: five pickles one
 * after another (a magic number, the format's version, facts about the machine, what was saved, the
 * storages' keys) and then, key by key, each storage's count of numbers and the numbers. Only the
 * pickles and the counts are read on opening, and nothing in them is executed.
 */
import { ModelError } from "../../core/errors.ts";
import type { ByteRange, CheckpointFile } from "./checkpoint-file.ts";
import { PickleBytes } from "./pickle-bytes.ts";
import { printable } from "./printable.ts";
import { bigEndianError, pickleErrors, TorchFile } from "./torch-file.ts";
import { readStorage } from "./torch-objects.ts";
import { isList, isTuple, type TorchStorage, type TorchValue } from "./torch-values.ts";
import { type PickleHost, unpickle } from "./unpickle.ts";

const MAGIC = 0x1950a86a20f9469cfc6cn;
const FORMAT_VERSION = 1001;
/** Before the magic number: opcodes of protocols 2 and 3, and of 4 and 5. */
const MAGIC_OFFSETS = [2, 11];
const MAGIC_OPCODES = Buffer.from("8a0a6cfc9c46f9206aa85019", "hex");

/** What is searched for the pickles. Nothing says how long they are; 1,000 tensors take 200 KB. */
const MAX_PICKLE_BYTES = 16 * 2 ** 20;
/** `("storage", class, key, location, elements, part)` */
const ID_LENGTH = 6;
const COUNT_BYTES = 8;

/** `prefix` is how the file begins. */
export function isLegacyTorch(prefix: Uint8Array): boolean {
  return MAGIC_OFFSETS.some((at) =>
    MAGIC_OPCODES.equals(prefix.subarray(at, at + MAGIC_OPCODES.length)),
  );
}

/**
 * Takes over `file`, unless it is not sound.
 *
 * @throws ModelError, also when the pickles import more than tensors and plain containers need.
 */
export async function openLegacyTorch(file: CheckpointFile): Promise<TorchFile> {
  const pickles = await readPickles(file);
  const ranges = await locateStorages(file, pickles);
  return TorchFile.from(file, pickles.saved, (key) => {
    const range = ranges.get(key);
    if (range === undefined) throw file.unsound(`no storage ${printable(key)}`);
    return range;
  });
}

interface Pickles {
  readonly saved: TorchValue;
  /** In the order in which they follow. */
  readonly keys: readonly TorchValue[];
  /** By key, those that `saved` refers to. */
  readonly storages: ReadonlyMap<string, TorchStorage>;
  /** Where the pickles end. */
  readonly end: number;
}

async function readPickles(file: CheckpointFile): Promise<Pickles> {
  const length = Math.min(file.byteLength, MAX_PICKLE_BYTES);
  const bytes = new PickleBytes(await file.read(0, length));
  const storages = new Map<string, TorchStorage>();
  const loadStorage = (id: TorchValue) => collectStorage(file, id, storages);
  const host: PickleHost = { ...pickleErrors(file), loadStorage };
  const next = (): TorchValue => unpickle(bytes, host);

  if (next() !== MAGIC) throw file.unsound("its magic number is another");
  const version = next();
  if (version !== FORMAT_VERSION) throw file.unsound("its format is of another version");
  const machine = next();
  if (!(machine instanceof Map)) throw file.unsound("does not say which machine wrote it");
  if (machine.get("little_endian") !== true) throw bigEndianError(file);
  const saved = next();
  const keys = next();
  if (!isList(keys)) throw file.unsound("does not list its storages");
  return { saved, keys, storages, end: bytes.at };
}

/** The storage of a persistent id, added to `storages`. */
function collectStorage(
  file: CheckpointFile,
  id: TorchValue,
  storages: Map<string, TorchStorage>,
): TorchStorage | undefined {
  if (!isTuple(id) || id.length !== ID_LENGTH) return undefined;
  const storage = readStorage(id);
  if (storage === undefined) return undefined;
  const { key, byteLength } = storage;
  if (id[ID_LENGTH - 1] !== null) {
    throw new ModelError(
      "unreadable",
      `${file.name}: storage ${printable(key)} is part of another, which is not read — load it in PyTorch and torch.save it again`,
    );
  }
  // The first one says what numbers it is counted in.
  const first = storages.get(key) ?? storage;
  if (first.byteLength !== byteLength) {
    throw file.unsound(
      `storage ${printable(key)} has ${first.byteLength} bytes in one place and ${byteLength} in another`,
    );
  }
  storages.set(key, first);
  return storage;
}

async function locateStorages(
  file: CheckpointFile,
  { keys, storages, end }: Pickles,
): Promise<ReadonlyMap<string, ByteRange>> {
  const ranges = new Map<string, ByteRange>();
  let at = end;
  for (const key of keys) {
    if (typeof key !== "string") throw file.unsound("lists a storage without a name");
    const storage = storages.get(key);
    if (storage === undefined) throw file.unsound(`nothing says what storage ${printable(key)} is`);
    if (ranges.has(key)) throw file.unsound(`lists storage ${printable(key)} twice`);
    await checkCount(file, at, storage);
    const begin = at + COUNT_BYTES;
    ranges.set(key, { begin, byteLength: storage.byteLength });
    at = begin + storage.byteLength;
  }
  if (at > file.byteLength) throw file.cutShort();
  if (at < file.byteLength) {
    throw file.unsound(`has ${file.byteLength - at} bytes behind its last storage`);
  }
  return ranges;
}

async function checkCount(
  file: CheckpointFile,
  at: number,
  { key, elements }: TorchStorage,
): Promise<void> {
  const { buffer } = await file.read(at, COUNT_BYTES);
  const count = new DataView(buffer).getBigInt64(0, true);
  if (count !== BigInt(elements)) {
    throw file.unsound(`storage ${printable(key)} has ${count} numbers instead of ${elements}`);
  }
}
