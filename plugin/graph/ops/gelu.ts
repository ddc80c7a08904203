import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "gelu",
  emit: (onnx, inputs) => onnx.node("Gelu", inputs),
};

/** x * (1 + erf(x / sqrt(2))) / 2, elementwise: the exact GELU, not the tanh approximation. */
export function gelu(x: Tensor): Tensor {
  return makeTensor(OP, [x], x.shape);
}
