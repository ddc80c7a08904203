/** The number formats of PyTorch storages, under the names safetensors gives them. */
import { bfloatToFloat, halfToFloat } from "../../core/half-floats.ts";

export interface NumberFormat {
  readonly name: string;
  /** Bytes of one number. */
  readonly bytes: number;
  /** Little-endian numbers as f32, rounded to nearest where f32 is narrower. */
  toFloat(bytes: Uint8Array<ArrayBuffer>): Float32Array;
}

export const F64: NumberFormat = {
  name: "F64",
  bytes: 8,
  toFloat: ({ buffer }) => new Float32Array(new Float64Array(buffer)),
};

export const F32: NumberFormat = {
  name: "F32",
  bytes: 4,
  toFloat: ({ buffer }) => new Float32Array(buffer),
};

export const F16: NumberFormat = {
  name: "F16",
  bytes: 2,
  toFloat: ({ buffer }) => halfToFloat(new Uint16Array(buffer)),
};

export const BF16: NumberFormat = {
  name: "BF16",
  bytes: 2,
  toFloat: ({ buffer }) => bfloatToFloat(new Uint16Array(buffer)),
};

export const I64: NumberFormat = {
  name: "I64",
  bytes: 8,
  toFloat: ({ buffer }) => Float32Array.from(new BigInt64Array(buffer), Number),
};

export const I32: NumberFormat = {
  name: "I32",
  bytes: 4,
  toFloat: ({ buffer }) => new Float32Array(new Int32Array(buffer)),
};

export const I16: NumberFormat = {
  name: "I16",
  bytes: 2,
  toFloat: ({ buffer }) => new Float32Array(new Int16Array(buffer)),
};

export const I8: NumberFormat = {
  name: "I8",
  bytes: 1,
  toFloat: ({ buffer }) => new Float32Array(new Int8Array(buffer)),
};

export const U8: NumberFormat = {
  name: "U8",
  bytes: 1,
  toFloat: (bytes) => new Float32Array(bytes),
};

export const BOOL: NumberFormat = {
  name: "BOOL",
  bytes: 1,
  toFloat: (bytes) => Float32Array.from(bytes, (byte) => (byte === 0 ? 0 : 1)),
};
