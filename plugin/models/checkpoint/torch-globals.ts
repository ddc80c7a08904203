/**
 * Every name that a PyTorch checkpoint may import, and what stands for it here. The functions only
 * put together plain data; a name that is not listed is refused.
 */
import * as formats from "./number-formats.ts";
import {
  emptyTensor,
  orderedDict,
  rebuildParameter,
  rebuildTensor,
  rebuildUntypedTensor,
} from "./torch-objects.ts";
import {
  isList,
  isTuple,
  TorchDtype,
  TorchFunction,
  TorchStorageClass,
  type TorchValue,
} from "./torch-values.ts";

/** PyTorch's names of numbers, as in `torch.FloatStorage`. */
const KINDS: readonly (readonly [string, formats.NumberFormat])[] = [
  ["Double", formats.F64],
  ["Float", formats.F32],
  ["Half", formats.F16],
  ["BFloat16", formats.BF16],
  ["Long", formats.I64],
  ["Int", formats.I32],
  ["Short", formats.I16],
  ["Char", formats.I8],
  ["Byte", formats.U8],
  ["Bool", formats.BOOL],
];

/** The storage says which numbers a tensor has. */
const TENSOR_CLASSES = KINDS.flatMap(([kind]) => [
  `torch.${kind}Tensor`,
  `torch.cuda.${kind}Tensor`,
]);

/** The only argument that any of them copies is a list in the first place. */
const FUNCTIONS: readonly TorchFunction[] = [
  new TorchFunction("collections.OrderedDict", orderedDict),
  // How early protocols write sets and bytes, which are left as the list and the text they come as.
  new TorchFunction("__builtin__.set", ([items]) => (isList(items) ? items : undefined)),
  new TorchFunction("builtins.set", ([items]) => (isList(items) ? items : undefined)),
  new TorchFunction("_codecs.encode", ([text]) => (typeof text === "string" ? text : undefined)),
  new TorchFunction("torch.Size", ([sizes]) => (isTuple(sizes) ? sizes : undefined)),
  new TorchFunction("torch._utils._rebuild_tensor", rebuildTensor),
  new TorchFunction("torch._utils._rebuild_tensor_v2", rebuildTensor),
  new TorchFunction("torch._utils._rebuild_tensor_v3", rebuildUntypedTensor),
  new TorchFunction("torch._utils._rebuild_parameter", rebuildParameter),
  // As the first versions of PyTorch wrote parameters and tensors.
  new TorchFunction("torch.nn.parameter.Parameter", (args) =>
    args.length === 0 ? emptyTensor(args) : rebuildParameter(args),
  ),
  ...TENSOR_CLASSES.map((name) => new TorchFunction(name, emptyTensor)),
];

const STORAGE_CLASSES: readonly (readonly [string, TorchStorageClass])[] = [
  ...KINDS.map(
    ([kind, format]) => [`torch.${kind}Storage`, new TorchStorageClass(format)] as const,
  ),
  ["torch.UntypedStorage", new TorchStorageClass(undefined)],
  ["torch.storage.UntypedStorage", new TorchStorageClass(undefined)],
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
  ...STORAGE_CLASSES,
  ...DTYPES.map(([name, format]) => [name, new TorchDtype(format)] as const),
]);
