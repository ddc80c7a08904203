/** Names that the transformers library gives the weights of a vision transformer. */
import type { AttentionWeights } from "../attention.ts";
import type { EncoderWeights } from "../encoder.ts";
import type { WeightScope } from "../weights.ts";
import type { EncoderSizes } from "./sizes.ts";

export function embeddingWeights(
  w: WeightScope,
  { width, patchSize, positionGrid }: EncoderSizes,
): Pick<EncoderWeights, "classToken" | "positions" | "patches"> {
  return {
    classToken: w.tensor("cls_token", [1, 1, width]),
    positions: w.tensor("position_embeddings", [1, 1 + positionGrid ** 2, width]),
    patches: w.affine("patch_embeddings.projection", [width, 3, patchSize, patchSize]),
  };
}

export function attentionWeights(w: WeightScope, width: number): AttentionWeights {
  const square = [width, width];
  return {
    query: w.affine("attention.query", square),
    key: w.affine("attention.key", square),
    value: w.affine("attention.value", square),
    output: w.affine("output.dense", square),
  };
}
