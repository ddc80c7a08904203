import { product } from "../product.ts";
import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/**
 * 2-D transposed convolution without padding: x (B, in, H, W), weight (in, out, kh, kw),
 * bias (out).
 */
export function convTranspose(x: Tensor, weight: Tensor, bias: Tensor, stride: number): Tensor {
  const [batch, channels, height, width] = x.shape;
  const [weightChannels, out, kernelHeight, kernelWidth] = weight.shape;
  const fits =
    x.shape.length === 4 &&
    weight.shape.length === 4 &&
    bias.shape.length === 1 &&
    channels === weightChannels &&
    bias.shape[0] === out;
  if (!fits) {
    throw shapeError(
      "convTranspose",
      [x.shape, weight.shape, bias.shape],
      "needs (b, in, h, w), (in, out, kh, kw) and (out)",
    );
  }
  const op: Op = {
    name: "convTranspose",
    emit: (onnx, inputs, output) =>
      product(onnx, "ConvTranspose", inputs, output, { strides: { ints: [stride, stride] } }),
  };
  const rows = (height - 1) * stride + kernelHeight;
  const columns = (width - 1) * stride + kernelWidth;
  return makeTensor(op, [x, weight, bias], [batch, out, rows, columns]);
}
