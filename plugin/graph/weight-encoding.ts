/**
 * How the values of a parameter are stored in a model file.
 *
 * `int8-blocks` with `int8-block-scales` is the operand of ONNX Runtime's MatMulNBits: each row in
 * blocks of 32 values, a block as round(value / scale) + 128 with scale = largest magnitude / 127.
 * `int8-columns` with `int8-column-scales` is that of DynamicQuantizeMatMul: transposed, signed, one
 * scale for each row of the parameter, and of the eight bits only seven: x86 processors without VNNI
 * add products of an unsigned and a signed byte in pairs, which must not exceed 2^15.
 */
import onnxProto from "onnx-proto";
import { floatToBfloat, floatToHalf } from "../core/half-floats.ts";
import { elementCount } from "./shapes.ts";
import type { Encoding, Parameter, Shape } from "./tensor.ts";

const { DataType } = onnxProto.onnx.TensorProto;

/** A parameter in one encoding: what stands in the file, without its values. */
export interface EncodedWeight {
  readonly name: string;
  readonly parameter: Parameter;
  readonly encoding: Encoding;
}

export interface WeightLayout {
  readonly dims: Shape;
  /** ONNX element type. */
  readonly dataType: number;
  readonly byteLength: number;
}

/** Values per block, which must divide the length of a row. */
export const INT8_BLOCK = 32;

/** How values become bytes: round(value / scale) + zero, the largest magnitude of a group `steps`. */
interface Steps {
  readonly steps: number;
  readonly zero: number;
}

const BLOCK_STEPS: Steps = { steps: 127, zero: 128 };
const COLUMN_STEPS: Steps = { steps: 63, zero: 0 };

const ELEMENTS: Readonly<Record<Encoding, readonly [dataType: number, bytes: number]>> = {
  f32: [DataType.FLOAT, 4],
  f16: [DataType.FLOAT16, 2],
  bf16: [DataType.BFLOAT16, 2],
  "int8-blocks": [DataType.UINT8, 1],
  "int8-block-scales": [DataType.FLOAT, 4],
  "int8-columns": [DataType.INT8, 1],
  "int8-column-scales": [DataType.FLOAT, 4],
};

export function layoutOf({ parameter, encoding }: EncodedWeight): WeightLayout {
  const [dataType, bytes] = ELEMENTS[encoding];
  const dims = dimsOf(parameter.shape, encoding);
  return { dims, dataType, byteLength: bytes * elementCount(dims) };
}

function dimsOf(shape: Shape, encoding: Encoding): Shape {
  const [rows, columns] = shape;
  switch (encoding) {
    case "int8-blocks":
      return [rows, columns / INT8_BLOCK, INT8_BLOCK];
    case "int8-block-scales":
      return [(rows * columns) / INT8_BLOCK];
    case "int8-columns":
      return [columns, rows];
    case "int8-column-scales":
      return [rows];
    default:
      return shape;
  }
}

/** The bytes of a weight from `stored`, all values of the checkpoint's tensor that it is part of. */
export function encodeWeight(
  { parameter, encoding }: EncodedWeight,
  stored: Float32Array,
): Uint8Array {
  const { shape, firstRow } = parameter;
  const count = elementCount(shape);
  const begin = firstRow * (count / shape[0] || 0);
  const values = stored.subarray(begin, begin + count);
  switch (encoding) {
    case "f32":
      return bytesOf(values);
    case "f16":
      return bytesOf(floatToHalf(values));
    case "bf16":
      return bytesOf(floatToBfloat(values));
    case "int8-blocks":
      return quantise(values, INT8_BLOCK, BLOCK_STEPS);
    case "int8-block-scales":
      return bytesOf(scalesOf(values, INT8_BLOCK, BLOCK_STEPS));
    case "int8-columns":
      return transposed(quantise(values, shape[1], COLUMN_STEPS), shape[0], shape[1]);
    case "int8-column-scales":
      return bytesOf(scalesOf(values, shape[1], COLUMN_STEPS));
  }
}

function bytesOf(values: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** One per group of `length` neighbouring values; 1 for a group of zeros. */
function scalesOf(values: Float32Array, length: number, { steps }: Steps): Float32Array {
  return Float32Array.from({ length: values.length / length }, (_, group) => {
    let largest = 0;
    for (let i = group * length; i < (group + 1) * length; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest === 0 ? 1 : largest / steps;
  });
}

function quantise(values: Float32Array, length: number, steps: Steps): Uint8Array {
  const scales = scalesOf(values, length, steps);
  const bytes = new Uint8Array(values.length);
  for (let group = 0; group < scales.length; group++) {
    for (let i = group * length; i < (group + 1) * length; i++) {
      bytes[i] = steps.zero + Math.round(values[i] / scales[group]);
    }
  }
  return bytes;
}

function transposed(bytes: Uint8Array, rows: number, columns: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) result[c * rows + row] = bytes[row * columns + c];
  }
  return result;
}
