import { elementCount, shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Shape, type Tensor } from "../tensor.ts";

/** Fixed values, row-major; `values` is kept, not copied. */
export function constant(shape: Shape, values: Float32Array): Tensor {
  if (values.length !== elementCount(shape)) {
    throw shapeError("constant", [shape], `${values.length} values were given`);
  }
  const op: Op = {
    name: "constant",
    emit: (onnx) => onnx.constant(shape, values),
  };
  return makeTensor(op, [], shape);
}
