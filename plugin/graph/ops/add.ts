import { broadcastShapes } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "add",
  emit: (onnx, inputs) => onnx.node("Add", inputs),
};

/** a + b, elementwise with broadcasting. */
export function add(a: Tensor, b: Tensor): Tensor {
  return makeTensor(OP, [a, b], broadcastShapes("add", a.shape, b.shape));
}
