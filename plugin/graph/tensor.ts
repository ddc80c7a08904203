/**
 * A static-shape tensor graph. Functions in `ops/` build tensors from tensors and check shapes as
 * they go; `onnx.ts` writes what the outputs depend on as an ONNX model. Nothing here computes.
 */
import type { Precision } from "../core/precision.ts";

export type Shape = readonly number[];

/** A value of the graph, in f32: what computes it, and from what. */
export interface Tensor {
  readonly shape: Shape;
  readonly op: Op;
  readonly inputs: readonly Tensor[];
}

/**
 * A trained tensor, or neighbouring rows (first axis) of one. The graph knows name and shape; the
 * values stay in the checkpoint.
 */
export interface Parameter extends Tensor {
  readonly name: string;
  /** The checkpoint's name of the tensor that holds the values; `name` itself unless a part. */
  readonly stored: string;
  /** Where in that tensor this one begins. */
  readonly firstRow: number;
}

export function isParameter(tensor: Tensor): tensor is Parameter {
  return "stored" in tensor;
}

/** One operation with its settings; each file of `ops/` makes one kind. */
export interface Op {
  readonly name: string;
  /**
   * Writes the ONNX that computes `output` from `inputs`, the names of the operands' values, and
   * returns the name of the result.
   */
  emit(onnx: OnnxEmitter, inputs: readonly string[], output: Tensor): string;
}

/** How the values of a parameter are stored in a model file; see weight-encoding.ts. */
export type Encoding =
  | "f32"
  | "f16"
  | "bf16"
  | "int8-blocks"
  | "int8-block-scales"
  | "int8-columns"
  | "int8-column-scales";

/** How a graph is written as ONNX; what is to compute it decides. */
export interface GraphForm {
  /** How weights are stored and their products computed; everything else is f32. */
  readonly precision: Precision;
  /** As one operator of ONNX Runtime's own, or as products and a softmax; see ops/attention.ts. */
  readonly attention: "fused" | "plain";
  /**
   * Products of precision f16. `native`: in f16. `widened`: in f32, of weights that are short only
   * in memory, for processors without f16. `rounded`: in f32, of operands rounded to f16, the result
   * rounded likewise, so that a GPU's errors can be measured without one (numbers too large or too
   * small for f16 keep their range).
   */
  readonly halfProducts: "native" | "widened" | "rounded";
}

export const PLAIN_FORM: GraphForm = {
  precision: "f32",
  attention: "fused",
  halfProducts: "native",
};

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number };

/** What an op may write. Every method returns the name of the value it adds. */
export interface OnnxEmitter {
  readonly form: GraphForm;
  /** A node with one output; `domain` is empty for the standard operators. */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    domain?: string,
  ): string;
  input(name: string, shape: Shape): string;
  /** A trained tensor; a file holds it once per encoding that is asked for. */
  weight(parameter: Parameter, encoding: Encoding): string;
  constant(shape: Shape, values: Float32Array | BigInt64Array): string;
}

export function makeTensor(op: Op, inputs: readonly Tensor[], shape: Shape): Tensor {
  return { shape, op, inputs };
}
