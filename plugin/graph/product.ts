/** Products with trained weights, in the precision a model is written for. */
import onnxProto from "onnx-proto";
import { isParameter, type OnnxAttribute, type OnnxEmitter, type Tensor } from "./tensor.ts";

const { FLOAT, FLOAT16 } = onnxProto.onnx.TensorProto.DataType;

/**
 * Writes a node that multiplies its first operand with weights. In `f16` all operands and the
 * product are f16, the result is f32 again; in `bf16` only the weights are kept short, since few
 * execution providers multiply that format. Other precisions leave it f32.
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
  const operands = names.map((name, i) => ({ name, tensor: output.inputs[i] }));
  switch (onnx.precision) {
    case "f16": {
      if (onnx.halfProducts === "rounded") {
        const rounded = operands.map(({ name, tensor }) =>
          isParameter(tensor) ? cast(onnx, onnx.weight(tensor, "f16"), FLOAT) : round(onnx, name),
        );
        return round(onnx, onnx.node(type, rounded, attributes));
      }
      const halves = operands.map(({ name, tensor }) =>
        isParameter(tensor) ? onnx.weight(tensor, "f16") : cast(onnx, name, FLOAT16),
      );
      return cast(onnx, onnx.node(type, halves, attributes), FLOAT);
    }
    case "bf16": {
      const widened = operands.map(({ name, tensor }) =>
        isParameter(tensor) && tensor.shape.length > 1
          ? cast(onnx, onnx.weight(tensor, "bf16"), FLOAT)
          : name,
      );
      return onnx.node(type, widened, attributes);
    }
    default:
      return onnx.node(type, names, attributes);
  }
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
