/** Multi-head attention with its learned projections, as every transformer of the family has it. */
import { type Projection, project } from "../graph/layers.ts";
import { attention } from "../graph/ops/attention.ts";
import type { Tensor } from "../graph/tensor.ts";

/** D = width, E = width of the context. */
export interface AttentionWeights {
  /** Weight (D, D). */
  readonly query: Projection;
  /** Weight (D, E). */
  readonly key: Projection;
  /** Weight (D, E). */
  readonly value: Projection;
  /** Weight (D, D). */
  readonly output: Projection;
}

/** Queries (1, N, D) attend to `context` (1, T, E): (1, N, D). */
export function multiHeadAttention(
  queries: Tensor,
  context: Tensor,
  weights: AttentionWeights,
  heads: number,
): Tensor {
  const query = project(queries, weights.query);
  const key = project(context, weights.key);
  const value = project(context, weights.value);
  return project(attention(query, key, value, heads), weights.output);
}
