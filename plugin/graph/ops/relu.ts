import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "relu",
  emit: (onnx, inputs) => onnx.node("Relu", inputs),
};

/** max(x, 0), elementwise. */
export function relu(x: Tensor): Tensor {
  return makeTensor(OP, [x], x.shape);
}
