import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/**
 * The greatest value in each square window of `side`, windows `stride` apart: x (B, C, H, W). Rows
 * and columns that do not fill a last window are ignored.
 */
export function maxPool(x: Tensor, side: number, stride: number): Tensor {
  const [batch, channels, height, width] = x.shape;
  if (x.shape.length !== 4 || height < side || width < side) {
    throw shapeError("maxPool", [x.shape], `needs (b, c, h, w), h and w at least ${side}`);
  }
  const op: Op = {
    name: "maxPool",
    emit: (onnx, inputs) =>
      onnx.node("MaxPool", inputs, {
        kernel_shape: { ints: [side, side] },
        strides: { ints: [stride, stride] },
      }),
  };
  const steps = (size: number) => Math.floor((size - side) / stride) + 1;
  return makeTensor(op, [x], [batch, channels, steps(height), steps(width)]);
}
