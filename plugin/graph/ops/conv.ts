import { product } from "../product.ts";
import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/**
 * 2-D convolution without padding: x (B, in, H, W), weight (out, in, kh, kw), bias (out). Rows and
 * columns that do not fill a last window are ignored.
 */
export function conv(x: Tensor, weight: Tensor, bias: Tensor, stride: number): Tensor {
  const [batch, channels, height, width] = x.shape;
  const [out, weightChannels, kernelHeight, kernelWidth] = weight.shape;
  const fits =
    x.shape.length === 4 &&
    weight.shape.length === 4 &&
    bias.shape.length === 1 &&
    channels === weightChannels &&
    bias.shape[0] === out &&
    height >= kernelHeight &&
    width >= kernelWidth;
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
      product(onnx, "Conv", inputs, output, { strides: { ints: [stride, stride] } }),
  };
  const rows = Math.floor((height - kernelHeight) / stride) + 1;
  const columns = Math.floor((width - kernelWidth) / stride) + 1;
  return makeTensor(op, [x, weight, bias], [batch, out, rows, columns]);
}
