import { product } from "../product.ts";
import { shapeError } from "../shapes.ts";
import {
  isParameter,
  makeTensor,
  type OnnxEmitter,
  type Op,
  type Parameter,
  type Tensor,
} from "../tensor.ts";
import { INT8_BLOCK } from "../weight-encoding.ts";

const OP: Op = { name: "gemm", emit };

/** Smaller weights are not worth the error that 8 bits cost. */
const MIN_INT8_WEIGHTS = 2 ** 14;

/** x (n, k) times the transpose of weight (m, k), plus bias (m): (n, m). */
export function gemm(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [n, inner] = x.shape;
  const [m, columns] = weight.shape;
  if (x.shape.length !== 2 || weight.shape.length !== 2 || inner !== columns) {
    throw shapeError("gemm", [x.shape, weight.shape], "needs (n, k) and (m, k)");
  }
  if (bias === undefined) return makeTensor(OP, [x, weight], [n, m]);
  if (bias.shape.length !== 1 || bias.shape[0] !== m) {
    throw shapeError("gemm", [weight.shape, bias.shape], "needs a bias of one value per row");
  }
  return makeTensor(OP, [x, weight, bias], [n, m]);
}

function emit(onnx: OnnxEmitter, names: readonly string[], output: Tensor): string {
  const [, weight] = output.inputs;
  const [x, , bias = ""] = names;
  if (isParameter(weight) && weight.shape[0] * weight.shape[1] >= MIN_INT8_WEIGHTS) {
    if (onnx.form.precision === "int8" && weight.shape[1] % INT8_BLOCK === 0) {
      return weightOnlyInt8(onnx, x, weight, bias);
    }
    if (onnx.form.precision === "int8-dynamic") return dynamicInt8(onnx, x, weight, bias);
  }
  return product(onnx, "Gemm", names, output, { transB: { int: 1 } });
}

/** Weights are widened block by block; activations and sums are f32. */
function weightOnlyInt8(onnx: OnnxEmitter, x: string, weight: Parameter, bias: string): string {
  const [rows, columns] = weight.shape;
  const values = onnx.weight(weight, "int8-blocks");
  const scales = onnx.weight(weight, "int8-block-scales");
  const attributes = {
    K: { int: columns },
    N: { int: rows },
    bits: { int: 8 },
    block_size: { int: INT8_BLOCK },
    accuracy_level: { int: 1 },
  };
  const operands = [x, values, scales, "", "", bias];
  return onnx.node("MatMulNBits", operands, attributes, "com.microsoft");
}

/** Activations are quantised too, one scale for all of them, and multiplied as bytes. */
function dynamicInt8(onnx: OnnxEmitter, x: string, weight: Parameter, bias: string): string {
  const values = onnx.weight(weight, "int8-columns");
  const scales = onnx.weight(weight, "int8-column-scales");
  const operands = [x, values, scales, "", bias];
  return onnx.node("DynamicQuantizeMatMul", operands, {}, "com.microsoft");
}
