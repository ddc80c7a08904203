import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

const OP: Op = {
  name: "gemm",
  emit: (onnx, inputs) => onnx.node("Gemm", inputs, { transB: { int: 1 } }),
};

/** x (n, k) times the transpose of weight (m, k), plus bias (m): (n, m). */
export function gemm(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [n, inner] = x.shape;
  const [m, columns] = weight.shape;
  if (x.shape.length !== 2 || weight.shape.length !== 2 || inner !== columns) {
    throw shapeError("gemm", [x.shape, weight.shape], "needs (n, k) and (m, k)");
  }
  if (bias === undefined) return makeTensor(OP, [x, weight], [n, m]);
  if (bias.shape.length !== 1 || bias.shape[0] !== m) {
    throw shapeError("gemm", [weight.shape, bias.shape], "needs a bias of one value per row");
  }
  return makeTensor(OP, [x, weight, bias], [n, m]);
}
