import { broadcastShapes } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "div",
  emit: (onnx, inputs) => onnx.node("Div", inputs),
};

/** a / b, elementwise with broadcasting. */
export function div(a: Tensor, b: Tensor): Tensor {
  return makeTensor(OP, [a, b], broadcastShapes("div", a.shape, b.shape));
}
