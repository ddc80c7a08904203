/** The objects of PyTorch that a pickle puts together; undefined when its pieces do not fit. */
import type { NumberFormat } from "./number-formats.ts";
import { MAX_RANK } from "./tensor-limits.ts";
import {
  isList,
  isTuple,
  TorchDtype,
  TorchShell,
  TorchStorage,
  TorchStorageClass,
  TorchTensor,
  type TorchValue,
} from "./torch-values.ts";

/** PyTorch counts its storages or names them by their address; either has at most 20 digits. */
const MAX_KEY_LENGTH = 20;

/** `("storage", class, key, location, elements)`, with which every persistent id begins. */
export function readStorage(id: readonly TorchValue[]): TorchStorage | undefined {
  const [kind, storageClass, key, location, elements] = id;
  const isSound =
    kind === "storage" &&
    storageClass instanceof TorchStorageClass &&
    typeof key === "string" &&
    key.length <= MAX_KEY_LENGTH &&
    typeof location === "string" &&
    isSize(elements);
  return isSound ? new TorchStorage(storageClass.format, key, elements) : undefined;
}

/**
 * What BUILD does: version numbers hung on a state dict and how a parameter is trained are not
 * needed here, a tensor made empty gets its content.
 *
 * @returns false when `target` takes no such state.
 */
export function setState(target: TorchValue, state: TorchValue): boolean {
  if (target instanceof Map) return state instanceof Map;
  if (!isTuple(state)) return false;
  if (target instanceof TorchTensor) return state.length === 3;
  if (!(target instanceof TorchShell) || target.tensor !== undefined) return false;
  target.tensor = state.length === 5 ? tensorIn(state[0]) : rebuildTensor(state);
  return target.tensor !== undefined;
}

/** The tensor that `value` is or has been given. */
export function tensorIn(value: TorchValue | undefined): TorchTensor | undefined {
  if (value instanceof TorchShell) return value.tensor;
  return value instanceof TorchTensor ? value : undefined;
}

/** Python 2 gives the entries as an argument. */
export function orderedDict(args: readonly TorchValue[]): Map<TorchValue, TorchValue> | undefined {
  const [entries = []] = args;
  if (args.length > 1 || !isList(entries)) return undefined;
  const dict = new Map<TorchValue, TorchValue>();
  for (const entry of entries) {
    if (!(isList(entry) || isTuple(entry)) || entry.length !== 2) return undefined;
    dict.set(entry[0], entry[1]);
  }
  return dict;
}

export function emptyTensor(args: readonly TorchValue[]): TorchShell | undefined {
  return args.length === 0 ? new TorchShell() : undefined;
}

/** Further arguments say how the tensor is trained, here and below. */
export function rebuildParameter([data]: readonly TorchValue[]): TorchTensor | undefined {
  return tensorIn(data);
}

export function rebuildTensor(args: readonly TorchValue[]): TorchTensor | undefined {
  const [storage] = args;
  if (!(storage instanceof TorchStorage) || storage.format === undefined) return undefined;
  return viewOf(storage, storage.format, args);
}

export function rebuildUntypedTensor(args: readonly TorchValue[]): TorchTensor | undefined {
  const [storage, , , , , , dtype] = args;
  if (!(storage instanceof TorchStorage) || storage.format !== undefined) return undefined;
  return dtype instanceof TorchDtype ? viewOf(storage, dtype.format, args) : undefined;
}

function viewOf(
  storage: TorchStorage,
  format: NumberFormat,
  [, offset, shape, strides]: readonly TorchValue[],
): TorchTensor | undefined {
  if (!isSize(offset) || !isSizes(shape) || !isSizes(strides)) return undefined;
  if (shape.length !== strides.length) return undefined;
  return new TorchTensor(storage, format, offset, shape, strides);
}

function isSize(value: TorchValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isSizes(value: TorchValue | undefined): value is readonly number[] {
  return isTuple(value) && value.length <= MAX_RANK && value.every(isSize);
}
