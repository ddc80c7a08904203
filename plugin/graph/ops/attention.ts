import { shapeError } from "../shapes.ts";
import { makeTensor, type OnnxEmitter, type Op, type Shape, type Tensor } from "../tensor.ts";

/**
 * Multi-head scaled dot-product attention: query (B, Nq, D), key and value (B, Nk, D) give
 * (B, Nq, D). Each head owns D / heads neighbouring channels, scores are divided by the square
 * root of that width.
 *
 * Fused, it is ONNX Runtime's own operator: on a layer of 3072 tokens that needs half the memory of
 * products and a softmax, because the scores are never stored whole. Plain, it is those: for
 * providers without the operator, and for WebGPU, whose operator gives wrong values on GPUs that
 * compute in groups of another width than it was written for.
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
      onnx.form.attention === "plain"
        ? emitPlain(onnx, inputs, query.shape, key.shape, heads)
        : onnx.node("MultiHeadAttention", inputs, { num_heads: { int: heads } }, "com.microsoft"),
  };
  return makeTensor(op, [query, key, value], query.shape);
}

function emitPlain(
  onnx: OnnxEmitter,
  [query, key, value]: readonly string[],
  [batch, queries, width]: Shape,
  [, keys]: Shape,
  heads: number,
): string {
  const reshape = (x: string, sizes: Shape): string =>
    onnx.node("Reshape", [x, onnx.constant([sizes.length], BigInt64Array.from(sizes, BigInt))]);
  const split = (x: string, tokens: number, order: Shape): string =>
    onnx.node("Transpose", [reshape(x, [batch, tokens, heads, width / heads])], {
      perm: { ints: order },
    });
  const scale = onnx.constant([1], Float32Array.of(1 / Math.sqrt(width / heads)));
  const scaled = onnx.node("Mul", [query, scale]);
  const scores = onnx.node("MatMul", [
    split(scaled, queries, [0, 2, 1, 3]),
    split(key, keys, [0, 2, 3, 1]),
  ]);
  const weights = onnx.node("Softmax", [scores], { axis: { int: -1 } });
  const mixed = onnx.node("MatMul", [weights, split(value, keys, [0, 2, 1, 3])]);
  const joined = onnx.node("Transpose", [mixed], { perm: { ints: [0, 2, 1, 3] } });
  return reshape(joined, [batch, queries, width]);
}
