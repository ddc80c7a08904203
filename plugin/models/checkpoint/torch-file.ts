/**
 * The tensors of a PyTorch checkpoint, which are views of storages, whatever the format that holds
 * them. Nothing of them is in memory until one is read.
 */
import { ModelError } from "../../core/errors.ts";
import { elementCount } from "../../graph/shapes.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { ByteRange, CheckpointFile } from "./checkpoint-file.ts";
import { printable } from "./printable.ts";
import { describeSaved, findStateDict } from "./state-dict.ts";
import { gather, isContiguous, spanOf } from "./strided.ts";
import { checkLimits } from "./tensor-limits.ts";
import type { TorchTensor, TorchValue } from "./torch-values.ts";
import type { PickleHost } from "./unpickle.ts";

/** A view that repeats elements may be larger than its storage, up to this many values. */
const MAX_REPEATED_ELEMENTS = 2 ** 24;

/** Where the storage of the given key is. @throws ModelError when there is none. */
export type LocateStorage = (key: string) => ByteRange | Promise<ByteRange>;

interface StoredView {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly view: TorchTensor;
  /** Where the storage is in the file. */
  readonly storage: ByteRange;
}

export class TorchFile implements Checkpoint {
  readonly tensors: ReadonlyMap<string, StoredView>;
  readonly #file: CheckpointFile;

  private constructor(file: CheckpointFile, tensors: ReadonlyMap<string, StoredView>) {
    this.#file = file;
    this.tensors = tensors;
  }

  /**
   * The tensors in `saved`. Takes over `file`, unless it is not sound.
   *
   * @throws ModelError
   */
  static async from(
    file: CheckpointFile,
    saved: TorchValue,
    locate: LocateStorage,
  ): Promise<TorchFile> {
    const stateDict = findStateDict(saved);
    if (stateDict === undefined) {
      const message = `${file.name}: no weights by name in it, but ${describeSaved(saved)} — save the model's state_dict()`;
      throw new ModelError("mismatch", message);
    }
    const storages = new StorageTable(file, locate);
    const tensors = new Map<string, StoredView>();
    for (const [name, view] of stateDict) {
      const { format, shape } = view;
      const storage = await storages.locate(name, view);
      checkView(file, name, view, Math.floor(storage.byteLength / format.bytes));
      tensors.set(name, { dtype: format.name, shape, view, storage });
    }
    storages.checkOverlap();
    return new TorchFile(file, tensors);
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

/** How a pickle in `file` is refused. */
export function pickleErrors(file: CheckpointFile): Omit<PickleHost, "loadStorage"> {
  return {
    forbidden: (name) =>
      new ModelError(
        "unreadable",
        `${file.name}: imports ${name} — refused, nothing in a checkpoint is executed; save only the model's state_dict()`,
      ),
    unsound: (problem, cause) => file.unsound(problem, cause),
  };
}

export function bigEndianError(file: CheckpointFile): ModelError {
  return new ModelError(
    "unreadable",
    `${file.name}: is not little-endian — load it and torch.save it again on a common machine`,
  );
}

/** Where the storages are, each looked up once. */
class StorageTable {
  readonly #file: CheckpointFile;
  readonly #locate: LocateStorage;
  readonly #ranges = new Map<string, ByteRange>();

  constructor(file: CheckpointFile, locate: LocateStorage) {
    this.#file = file;
    this.#locate = locate;
  }

  /** @throws ModelError when the storage is missing or not of the size its tensor states. */
  async locate(tensor: string, { storage }: TorchTensor): Promise<ByteRange> {
    const { key, byteLength } = storage;
    const range = this.#ranges.get(key) ?? (await this.#locate(key));
    this.#ranges.set(key, range);
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
