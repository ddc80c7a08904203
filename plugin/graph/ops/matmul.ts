import { broadcastShapes, shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "matmul",
  emit: (onnx, inputs) => onnx.node("MatMul", inputs),
};

/** (..., n, k) times (..., k, m): (..., n, m); leading axes broadcast. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [n, innerA] = a.shape.slice(-2);
  const [innerB, m] = b.shape.slice(-2);
  if (a.shape.length < 2 || b.shape.length < 2 || innerA !== innerB) {
    throw shapeError("matmul", [a.shape, b.shape], "needs (..., n, k) and (..., k, m)");
  }
  const leading = broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
  return makeTensor(OP, [a, b], [...leading, n, m]);
}
