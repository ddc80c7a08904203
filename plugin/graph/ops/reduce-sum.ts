import { checkAxis } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/** The sum along `axis`, which is dropped. */
export function reduceSum(x: Tensor, axis: number): Tensor {
  checkAxis("reduceSum", x.shape, axis);
  const op: Op = {
    name: "reduceSum",
    emit: (onnx, inputs) => {
      const axes = onnx.constant([1], BigInt64Array.of(BigInt(axis)));
      return onnx.node("ReduceSum", [inputs[0], axes], { keepdims: { int: 0 } });
    },
  };
  return makeTensor(op, [x], x.shape.toSpliced(axis, 1));
}
