/**
 * How a model's weights are stored and its matrix products computed. `f16`: both in that format, but
 * for the CPU, which multiplies in f32; `bf16` and `int8`: short weights, f32 products;
 * `int8-dynamic`: 8-bit weights and products. Norms, softmax and everything behind the planes are
 * f32 in each.
 */
export const PRECISIONS = ["f32", "f16", "bf16", "int8", "int8-dynamic"] as const;

export type Precision = (typeof PRECISIONS)[number];
