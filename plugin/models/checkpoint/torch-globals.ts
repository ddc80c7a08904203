/**
 * Every name that a PyTorch checkpoint may import, and what stands for it here. The functions only
 * put together plain data; a name that is not listed is refused.
 */
import * as formats from "./number-formats.ts";
import { MAX_RANK } from "./tensor-limits.ts";
import {
  isList,
  isTuple,
  TorchDtype,
  TorchFunction,
  TorchStorage,
  TorchStorageClass,
  TorchTensor,
  type TorchValue,
} from "./torch-values.ts";

/** PyTorch counts its storages; the longest count has 20 digits. */
const MAX_KEY_LENGTH = 20;

/** None of them copies its arguments: a small pickle may call it with the same long list forever. */
const FUNCTIONS: readonly TorchFunction[] = [
  new TorchFunction("collections.OrderedDict", (args) =>
    args.length === 0 ? new Map() : undefined,
  ),
  // How early protocols write sets and bytes, which are left as the list and the text they come as.
  new TorchFunction("__builtin__.set", ([items]) => (isList(items) ? items : undefined)),
  new TorchFunction("builtins.set", ([items]) => (isList(items) ? items : undefined)),
  new TorchFunction("_codecs.encode", ([text]) => (typeof text === "string" ? text : undefined)),
  new TorchFunction("torch.Size", ([sizes]) => (isTuple(sizes) ? sizes : undefined)),
  new TorchFunction("torch._utils._rebuild_tensor", rebuildTensor),
  new TorchFunction("torch._utils._rebuild_tensor_v2", rebuildTensor),
  new TorchFunction("torch._utils._rebuild_tensor_v3", rebuildUntypedTensor),
  new TorchFunction("torch._utils._rebuild_parameter", ([data]) =>
    data instanceof TorchTensor ? data : undefined,
  ),
];

const STORAGE_CLASSES: readonly (readonly [string, formats.NumberFormat | undefined])[] = [
  ["torch.DoubleStorage", formats.F64],
  ["torch.FloatStorage", formats.F32],
  ["torch.HalfStorage", formats.F16],
  ["torch.BFloat16Storage", formats.BF16],
  ["torch.LongStorage", formats.I64],
  ["torch.IntStorage", formats.I32],
  ["torch.ShortStorage", formats.I16],
  ["torch.CharStorage", formats.I8],
  ["torch.ByteStorage", formats.U8],
  ["torch.BoolStorage", formats.BOOL],
  ["torch.UntypedStorage", undefined],
  ["torch.storage.UntypedStorage", undefined],
];

const DTYPES: readonly (readonly [string, formats.NumberFormat])[] = [
  ["torch.float64", formats.F64],
  ["torch.float32", formats.F32],
  ["torch.float16", formats.F16],
  ["torch.bfloat16", formats.BF16],
  ["torch.int64", formats.I64],
  ["torch.int32", formats.I32],
  ["torch.int16", formats.I16],
  ["torch.int8", formats.I8],
  ["torch.uint8", formats.U8],
  ["torch.bool", formats.BOOL],
];

export const TORCH_GLOBALS: ReadonlyMap<string, TorchValue> = new Map<string, TorchValue>([
  ...FUNCTIONS.map((entry) => [entry.name, entry] as const),
  ...STORAGE_CLASSES.map(([name, format]) => [name, new TorchStorageClass(format)] as const),
  ...DTYPES.map(([name, format]) => [name, new TorchDtype(format)] as const),
]);

/** `("storage", class, key, location, elements)`, the only persistent id of PyTorch's archives. */
export function loadStorage(id: TorchValue): TorchStorage | undefined {
  if (!isTuple(id)) return undefined;
  const [kind, storageClass, key, location, elements] = id;
  const isSound =
    id.length === 5 &&
    kind === "storage" &&
    storageClass instanceof TorchStorageClass &&
    typeof key === "string" &&
    key.length <= MAX_KEY_LENGTH &&
    typeof location === "string" &&
    isSize(elements);
  return isSound ? new TorchStorage(storageClass.format, key, elements) : undefined;
}

/** Further arguments say how the tensor is trained. */
function rebuildTensor(args: readonly TorchValue[]): TorchTensor | undefined {
  const [storage] = args;
  if (!(storage instanceof TorchStorage) || storage.format === undefined) return undefined;
  return viewOf(storage, storage.format, args);
}

function rebuildUntypedTensor(args: readonly TorchValue[]): TorchTensor | undefined {
  const [storage, , , , , , dtype] = args;
  if (!(storage instanceof TorchStorage) || storage.format !== undefined) return undefined;
  return dtype instanceof TorchDtype ? viewOf(storage, dtype.format, args) : undefined;
}

function viewOf(
  storage: TorchStorage,
  format: formats.NumberFormat,
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
