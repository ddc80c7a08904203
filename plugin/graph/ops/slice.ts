import { checkAxis, shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/** Elements `start` to `end` - 1 of one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  checkAxis("slice", x.shape, axis);
  if (!(start >= 0 && start < end && end <= x.shape[axis])) {
    throw shapeError("slice", [x.shape], `${start}..${end} must lie within axis ${axis}`);
  }
  const op: Op = {
    name: "slice",
    emit: (onnx, inputs) => {
      const [from, to, along] = [start, end, axis].map((value) =>
        onnx.constant([1], BigInt64Array.of(BigInt(value))),
      );
      return onnx.node("Slice", [inputs[0], from, to, along]);
    },
  };
  return makeTensor(op, [x], x.shape.with(axis, end - start));
}
