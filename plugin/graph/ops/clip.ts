import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/** x held within low..high, elementwise. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) throw shapeError("clip", [x.shape], `${low}..${high} must not be empty`);
  const op: Op = {
    name: "clip",
    emit: (onnx, inputs) => {
      const [min, max] = [low, high].map((bound) => onnx.constant([], Float32Array.of(bound)));
      return onnx.node("Clip", [inputs[0], min, max]);
    },
  };
  return makeTensor(op, [x], x.shape);
}
