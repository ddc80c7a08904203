import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "sigmoid",
  emit: (onnx, inputs) => onnx.node("Sigmoid", inputs),
};

/** 1 / (1 + exp(-x)), elementwise. */
export function sigmoid(x: Tensor): Tensor {
  return makeTensor(OP, [x], x.shape);
}
