/**
 * A static-shape tensor graph. Functions in `ops/` build tensors from tensors and check shapes as
 * they go; `onnx.ts` writes what the outputs depend on as an ONNX model. Nothing here computes.
 */

export type Shape = readonly number[];

export type DType = "float32";

/** A value of the graph: what computes it, and from what. */
export interface Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly op: Op;
  readonly inputs: readonly Tensor[];
}

/** A trained tensor. The graph knows its name and shape; its values stay in the checkpoint. */
export interface Parameter extends Tensor {
  readonly name: string;
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

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number };

/** What an op may write. Every method returns the name of the value it adds. */
export interface OnnxEmitter {
  /** A node with one output; `domain` is empty for the standard operators. */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    domain?: string,
  ): string;
  input(name: string, shape: Shape): string;
  parameter(parameter: Parameter): string;
  constant(shape: Shape, values: Float32Array | BigInt64Array): string;
}

export function makeTensor(op: Op, inputs: readonly Tensor[], shape: Shape): Tensor {
  return { shape, dtype: "float32", op, inputs };
}
