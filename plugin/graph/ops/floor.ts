import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "floor",
  emit: (onnx, inputs) => onnx.node("Floor", inputs),
};

/** The largest whole number not above x, elementwise. */
export function floor(x: Tensor): Tensor {
  return makeTensor(OP, [x], x.shape);
}
