import { sameShape, shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/** Normalises the last axis (D) to mean 0 and variance 1, then `scale` (D) and `bias` (D). */
export function layerNorm(x: Tensor, scale: Tensor, bias: Tensor, epsilon: number): Tensor {
  const width = x.shape.slice(-1);
  if (width.length === 0 || !sameShape(scale.shape, width) || !sameShape(bias.shape, width)) {
    throw shapeError(
      "layerNorm",
      [x.shape, scale.shape, bias.shape],
      "scale and bias need one value per element of the last axis",
    );
  }
  const op: Op = {
    name: "layerNorm",
    emit: (onnx, inputs) =>
      onnx.node("LayerNormalization", inputs, { axis: { int: -1 }, epsilon: { float: epsilon } }),
  };
  return makeTensor(op, [x, scale, bias], x.shape);
}
