import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/** Reorders the axes: axis i of the result is axis `order[i]` of `x`. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  const isPermutation =
    order.length === x.shape.length && x.shape.every((_, axis) => order.includes(axis));
  if (!isPermutation) {
    throw shapeError("transpose", [x.shape], `[${order}] must name each axis once`);
  }
  const op: Op = {
    name: "transpose",
    emit: (onnx, inputs) => onnx.node("Transpose", inputs, { perm: { ints: order } }),
  };
  return makeTensor(
    op,
    [x],
    order.map((axis) => x.shape[axis]),
  );
}
