import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/**
 * Multi-head scaled dot-product attention: query (B, Nq, D), key and value (B, Nk, D) give
 * (B, Nq, D). Each head owns D / heads neighbouring channels, scores are divided by the square
 * root of that width.
 *
 * Written as ONNX Runtime's fused operator: on a layer of 3072 tokens it needs half the memory of
 * MatMul, Softmax, MatMul, because the scores are never stored whole.
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, heads: number): Tensor {
  const [batch, , width] = query.shape;
  const fits =
    [query, key, value].every(({ shape }) => shape.length === 3 && shape[0] === batch) &&
    key.shape[1] === value.shape[1] &&
    key.shape[2] === width &&
    value.shape[2] === width &&
    width % heads === 0;
  if (!fits) {
    throw shapeError(
      "attention",
      [query.shape, key.shape, value.shape],
      `needs (b, nq, d), (b, nk, d) and (b, nk, d) with d divisible by ${heads} heads`,
    );
  }
  const op: Op = {
    name: "attention",
    emit: (onnx, inputs) =>
      onnx.node("MultiHeadAttention", inputs, { num_heads: { int: heads } }, "com.microsoft"),
  };
  return makeTensor(op, [query, key, value], query.shape);
}
