import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "sqrt",
  emit: (onnx, inputs) => onnx.node("Sqrt", inputs),
};

/** The square root, elementwise. */
export function sqrt(x: Tensor): Tensor {
  return makeTensor(OP, [x], x.shape);
}
