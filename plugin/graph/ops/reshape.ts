import { elementCount, shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Shape, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "reshape",
  emit: (onnx, [x], output) => {
    const sizes = BigInt64Array.from(output.shape, BigInt);
    return onnx.node("Reshape", [x, onnx.constant([sizes.length], sizes)]);
  },
};

/** The same values in row-major order under another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (elementCount(x.shape) !== elementCount(shape)) {
    throw shapeError("reshape", [x.shape, shape], "must hold the same number of values");
  }
  return makeTensor(OP, [x], shape);
}
