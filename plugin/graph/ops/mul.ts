import { broadcastShapes } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "mul",
  emit: (onnx, inputs) => onnx.node("Mul", inputs),
};

/** a * b, elementwise with broadcasting. */
export function mul(a: Tensor, b: Tensor): Tensor {
  return makeTensor(OP, [a, b], broadcastShapes("mul", a.shape, b.shape));
}
