import { product } from "../product.ts";
import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/**
 * 2-D convolution: x (B, in, H, W) with `padding` zeros on each side, weight (out, in, kh, kw), bias
 * (out). Rows and columns that do not fill a last window are ignored.
 */
export function conv(x: Tensor, weight: Tensor, bias: Tensor, stride: number, padding = 0): Tensor {
  const [batch, channels, height, width] = x.shape;
  const [out, weightChannels, kernelHeight, kernelWidth] = weight.shape;
  const fits =
    x.shape.length === 4 &&
    weight.shape.length === 4 &&
    bias.shape.length === 1 &&
    channels === weightChannels &&
    bias.shape[0] === out &&
    height + 2 * padding >= kernelHeight &&
    width + 2 * padding >= kernelWidth;
  if (!fits) {
    throw shapeError(
      "conv",
      [x.shape, weight.shape, bias.shape],
      "needs (b, in, h, w), (out, in, kh, kw) no larger than the picture, and (out)",
    );
  }
  const op: Op = {
    name: "conv",
    emit: (onnx, inputs, output) =>
      product(onnx, "Conv", inputs, output, {
        strides: { ints: [stride, stride] },
        ...(padding > 0 && { pads: { ints: [padding, padding, padding, padding] } }),
      }),
  };
  const rows = Math.floor((height + 2 * padding - kernelHeight) / stride) + 1;
  const columns = Math.floor((width + 2 * padding - kernelWidth) / stride) + 1;
  return makeTensor(op, [x, weight, bias], [batch, out, rows, columns]);
}
