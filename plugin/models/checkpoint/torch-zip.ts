/**
 * Reads PyTorch checkpoints as `torch.save` writes them since version 1.6: a zip archive of a
 * pickle, `data.pkl`, whose tensors are views of storages, `data/<key>`. Only the pickle is read on
 * opening, and nothing in it is executed; tensors are read one at a time.
 */
import { ModelError } from "../../core/errors.ts";
import { elementCount } from "../../graph/shapes.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { printable } from "./printable.ts";
import { describeSaved, findStateDict } from "./state-dict.ts";
import { gather, isContiguous, spanOf } from "./strided.ts";
import { checkLimits } from "./tensor-limits.ts";
import type { TorchTensor, TorchValue } from "./torch-values.ts";
import { unpickle } from "./unpickle.ts";
import { type ByteRange, ZipArchive } from "./zip-archive.ts";

/** A model of 1,000 tensors takes 200 KB. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;
/** A view that repeats elements may be larger than its storage, up to this many values. */
const MAX_REPEATED_ELEMENTS = 2 ** 24;

interface StoredView {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly view: TorchTensor;
  /** Where the storage is in the file. */
  readonly storage: ByteRange;
}

export class TorchZipFile implements Checkpoint {
  readonly tensors: ReadonlyMap<string, StoredView>;
  readonly #file: CheckpointFile;

  private constructor(file: CheckpointFile, tensors: ReadonlyMap<string, StoredView>) {
    this.#file = file;
    this.tensors = tensors;
  }

  /**
   * Takes over `file`, unless it is not sound.
   *
   * @throws ModelError, also when the pickle imports more than tensors and plain containers need.
   */
  static async from(file: CheckpointFile): Promise<TorchZipFile> {
    const archive = await ZipArchive.read(file);
    const root = findRoot(file, archive);
    await checkByteOrder(file, archive, root);
    const saved = await readPickle(file, archive, root);
    const stateDict = findStateDict(saved);
    if (stateDict === undefined) {
      const message = `${file.name}: no weights by name in it, but ${describeSaved(saved)} — save the model's state_dict()`;
      throw new ModelError("mismatch", message);
    }
    const storages = new StorageTable(file, archive, root);
    const tensors = new Map<string, StoredView>();
    for (const [name, view] of stateDict) {
      const { format, shape } = view;
      const storage = await storages.locate(name, view);
      checkView(file, name, view, Math.floor(storage.byteLength / format.bytes));
      tensors.set(name, { dtype: format.name, shape, view, storage });
    }
    storages.checkOverlap();
    return new TorchZipFile(file, tensors);
  }

  async read(name: string): Promise<Float32Array> {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw this.#file.unsound(`no tensor ${name}`);
    const { format, offset, shape, strides } = tensor.view;
    const begin = tensor.storage.begin + offset * format.bytes;
    const span = spanOf(shape, strides);
    const values = format.toFloat(await this.#file.read(begin, span * format.bytes));
    return isContiguous(shape, strides) ? values : gather(values, shape, strides);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The folder in the archive that holds everything, named after the file as it was first called. */
function findRoot(file: CheckpointFile, archive: ZipArchive): string {
  const pickles = [...archive.names()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new ModelError(
      "unreadable",
      `${file.name}: a zip archive with ${pickles.length} PyTorch pickles instead of 1 — unpack it and give the file of weights`,
    );
  }
  const root = pickles[0].slice(0, -"/data.pkl".length);
  if (archive.has(`${root}/constants.pkl`)) {
    throw new ModelError(
      "unreadable",
      `${file.name}: a TorchScript program — save the model's state_dict() with torch.save`,
    );
  }
  return root;
}

/** Archives of PyTorch before 2.1 do not say; they are little-endian but on rare machines. */
async function checkByteOrder(
  file: CheckpointFile,
  archive: ZipArchive,
  root: string,
): Promise<void> {
  const name = `${root}/byteorder`;
  if (!archive.has(name)) return;
  const { begin, byteLength } = await archive.locate(name);
  const order = Buffer.from(await file.read(begin, Math.min(byteLength, 16))).toString("latin1");
  if (order === "little") return;
  throw new ModelError(
    "unreadable",
    `${file.name}: is not little-endian — load it and torch.save it again on a common machine`,
  );
}

async function readPickle(
  file: CheckpointFile,
  archive: ZipArchive,
  root: string,
): Promise<TorchValue> {
  const { begin, byteLength } = await archive.locate(`${root}/data.pkl`);
  if (byteLength > MAX_PICKLE_BYTES) throw file.unsound(`a pickle of ${byteLength} bytes`);
  return unpickle(await file.read(begin, byteLength), {
    forbidden: (name) =>
      new ModelError(
        "unreadable",
        `${file.name}: imports ${name} — refused, nothing in a checkpoint is executed; save only the model's state_dict()`,
      ),
    unsound: (problem, cause) => file.unsound(problem, cause),
  });
}

/** Where the storages are, each looked up once. */
class StorageTable {
  readonly #file: CheckpointFile;
  readonly #archive: ZipArchive;
  readonly #root: string;
  readonly #ranges = new Map<string, ByteRange>();

  constructor(file: CheckpointFile, archive: ZipArchive, root: string) {
    this.#file = file;
    this.#archive = archive;
    this.#root = root;
  }

  /** @throws ModelError when the storage is missing or not of the size its tensor states. */
  async locate(tensor: string, { storage }: TorchTensor): Promise<ByteRange> {
    const { key, elements, format } = storage;
    const range =
      this.#ranges.get(key) ?? (await this.#archive.locate(`${this.#root}/data/${key}`));
    this.#ranges.set(key, range);
    const byteLength = elements * (format?.bytes ?? 1);
    if (range.byteLength !== byteLength) {
      throw this.#file.unsound(
        `tensor ${printable(tensor)}: its storage has ${range.byteLength} bytes instead of ${byteLength}`,
      );
    }
    return range;
  }

  checkOverlap(): void {
    const inOrder = [...this.#ranges].sort(([, a], [, b]) => a.begin - b.begin);
    let end = 0;
    for (const [key, { begin, byteLength }] of inOrder) {
      if (begin < end) throw this.#file.unsound(`storage ${printable(key)} overlaps another`);
      end = begin + byteLength;
    }
  }
}

function checkView(
  file: CheckpointFile,
  name: string,
  { offset, shape, strides }: TorchTensor,
  storageElements: number,
): void {
  checkLimits(file, name, shape);
  const end = offset + spanOf(shape, strides);
  if (end > storageElements) {
    throw file.unsound(
      `tensor ${name}: reaches to element ${end} of a storage of ${storageElements}`,
    );
  }
  if (elementCount(shape) > Math.max(storageElements, MAX_REPEATED_ELEMENTS)) {
    throw file.unsound(`tensor ${name}: (${shape}) repeats a storage of ${storageElements}`);
  }
}
