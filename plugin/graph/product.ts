/** Products with trained weights, in the precision a model is written for. */
import onnxProto from "onnx-proto";
import {
  type Encoding,
  isParameter,
  type OnnxAttribute,
  type OnnxEmitter,
  type Tensor,
} from "./tensor.ts";

const { FLOAT, FLOAT16 } = onnxProto.onnx.TensorProto.DataType;

interface Operand {
  /** Of its value in f32. */
  readonly name: string;
  readonly tensor: Tensor;
}

/**
 * Writes a node that multiplies its first operand with weights. In `f16` all operands and the
 * product are f16, the result is f32 again, unless the graph's form has it otherwise; in `bf16` only
 * the weights are short, since few execution providers multiply that format. In other precisions the
 * node is left as it is.
 *
 * @param names The operands' values, as `output.inputs` in f32.
 */
export function product(
  onnx: OnnxEmitter,
  type: string,
  names: readonly string[],
  output: Tensor,
  attributes: Readonly<Record<string, OnnxAttribute>>,
): string {
  const operands = names.map((name, i): Operand => ({ name, tensor: output.inputs[i] }));
  const node = (inputs: readonly string[]) => onnx.node(type, inputs, attributes);
  const { precision, halfProducts } = onnx.form;
  if (precision === "bf16") return node(operands.map((operand) => widened(onnx, operand, "bf16")));
  if (precision !== "f16") return node(names);
  switch (halfProducts) {
    case "native":
      return cast(onnx, node(operands.map((operand) => half(onnx, operand))), FLOAT);
    case "widened":
      return node(operands.map((operand) => widened(onnx, operand, "f16")));
    case "rounded":
      return round(onnx, node(operands.map((operand) => rounded(onnx, operand))));
  }
}

function half(onnx: OnnxEmitter, { name, tensor }: Operand): string {
  return isParameter(tensor) ? onnx.weight(tensor, "f16") : cast(onnx, name, FLOAT16);
}

/** Biases stay f32: they are few. */
function widened(onnx: OnnxEmitter, { name, tensor }: Operand, encoding: Encoding): string {
  const isShort = isParameter(tensor) && tensor.shape.length > 1;
  return isShort ? cast(onnx, onnx.weight(tensor, encoding), FLOAT) : name;
}

function rounded(onnx: OnnxEmitter, { name, tensor }: Operand): string {
  return isParameter(tensor) ? cast(onnx, onnx.weight(tensor, "f16"), FLOAT) : round(onnx, name);
}

/** To the 11 significant bits of f16: c - (c - x) with c = (2^13 + 1) x (Dekker's splitting). */
function round(onnx: OnnxEmitter, value: string): string {
  const splitter = onnx.constant([1], Float32Array.of(2 ** 13 + 1));
  const scaled = onnx.node("Mul", [value, splitter]);
  return onnx.node("Sub", [scaled, onnx.node("Sub", [scaled, value])]);
}

function cast(onnx: OnnxEmitter, value: string, to: number): string {
  return onnx.node("Cast", [value], { to: { int: to } });
}
