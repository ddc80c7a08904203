import { makeTensor, type Op, type Shape, type Tensor } from "../tensor.ts";

/** A value given at each run. */
export function input(name: string, shape: Shape): Tensor {
  const op: Op = {
    name: "input",
    emit: (onnx) => onnx.input(name, shape),
  };
  return makeTensor(op, [], shape);
}
