/** What a restricted unpickling of a PyTorch checkpoint can consist of. */
import type { NumberFormat } from "./number-formats.ts";

/**
 * Lists and sets are arrays, tuples and frozen sets are frozen arrays, dicts are maps; integers are
 * bigint beyond 2^53. The strings of Python 2, which may be bytes, are text.
 */
export type TorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly TorchValue[]
  | Map<TorchValue, TorchValue>
  | TorchFunction
  | TorchStorageClass
  | TorchDtype
  | TorchStorage
  | TorchTensor
  | TorchShell;

/** A function or class that a checkpoint may call. */
export class TorchFunction {
  readonly name: string;
  /** Undefined for arguments it does not take. */
  readonly call: (args: readonly TorchValue[]) => TorchValue | undefined;

  constructor(name: string, call: TorchFunction["call"]) {
    this.name = name;
    this.call = call;
  }
}

/** `torch.FloatStorage`; without a format `torch.UntypedStorage`, whose elements are bytes. */
export class TorchStorageClass {
  readonly format: NumberFormat | undefined;

  constructor(format: NumberFormat | undefined) {
    this.format = format;
  }
}

/** `torch.float32`. */
export class TorchDtype {
  readonly format: NumberFormat;

  constructor(format: NumberFormat) {
    this.format = format;
  }
}

/** A piece of the file that tensors are views of. */
export class TorchStorage {
  readonly format: NumberFormat | undefined;
  readonly key: string;
  /** Of `format`, or bytes. */
  readonly elements: number;

  constructor(format: NumberFormat | undefined, key: string, elements: number) {
    this.format = format;
    this.key = key;
    this.elements = elements;
  }

  get byteLength(): number {
    return this.elements * (this.format?.bytes ?? 1);
  }
}

/** A strided view; offset and strides count elements of `format`. Nothing in it is checked yet. */
export class TorchTensor {
  readonly storage: TorchStorage;
  readonly format: NumberFormat;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(
    storage: TorchStorage,
    format: NumberFormat,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage;
    this.format = format;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A tensor as the first versions of PyTorch wrote it: made empty, to be given its content. */
export class TorchShell {
  tensor: TorchTensor | undefined;
}

export function isTuple(value: TorchValue | undefined): value is readonly TorchValue[] {
  return Array.isArray(value) && Object.isFrozen(value);
}

export function isList(value: TorchValue | undefined): value is TorchValue[] {
  return Array.isArray(value) && !Object.isFrozen(value);
}
