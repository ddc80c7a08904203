import { checkAxis, shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/** Joins tensors along `axis`; their other sizes are equal. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const shapes = parts.map((part) => part.shape);
  const [first] = shapes;
  if (first === undefined) throw shapeError("concat", [], "needs at least one tensor");
  checkAxis("concat", first, axis);
  for (const shape of shapes) {
    const fits =
      shape.length === first.length && shape.every((n, i) => i === axis || n === first[i]);
    if (!fits) throw shapeError("concat", shapes, `sizes must be equal except on axis ${axis}`);
  }
  const op: Op = {
    name: "concat",
    emit: (onnx, inputs) => onnx.node("Concat", inputs, { axis: { int: axis } }),
  };
  const total = shapes.reduce((sum, shape) => sum + shape[axis], 0);
  return makeTensor(op, parts, first.with(axis, total));
}
