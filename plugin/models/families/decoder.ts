/** The decoder's weights, which the field reads apart from the network. */
import type { Activations, Decoder, DenseLayer } from "../../core/field.ts";
import type { Parameter } from "../../graph/tensor.ts";
import { WeightScope } from "../weights.ts";
import type { DecoderSizes, TransformerSizes } from "./sizes.ts";

/** Density and colour. */
const OUTPUTS = 4;

export interface DecoderDescription {
  /** What the names of its weights begin with. */
  readonly prefix: string;
  readonly activations: Activations;
}

interface Sizes {
  readonly transformer: Pick<TransformerSizes, "channels">;
  readonly decoder: Pick<DecoderSizes, "hidden" | "layers">;
}

/** The linear layers in order; in the checkpoint activations take the odd numbers. */
export function decoderWeights(
  root: WeightScope,
  { prefix }: DecoderDescription,
  { transformer, decoder }: Sizes,
): { weight: Parameter; bias: Parameter }[] {
  const w = root.at(prefix);
  return Array.from({ length: decoder.layers }, (_, i) => {
    const columns = i === 0 ? 3 * transformer.channels : decoder.hidden;
    const rows = i === decoder.layers - 1 ? OUTPUTS : decoder.hidden;
    return w.affine(`${2 * i}`, [rows, columns]);
  });
}

/** The decoder, its tensors read by name with `read`. */
export async function readDecoder(
  description: DecoderDescription,
  sizes: Sizes,
  read: (name: string) => Promise<Float32Array>,
): Promise<Decoder> {
  const layers = decoderWeights(new WeightScope(), description, sizes).map(
    async ({ weight, bias }): Promise<DenseLayer> => {
      const [rows, columns] = weight.shape;
      return { rows, columns, weight: await read(weight.name), bias: await read(bias.name) };
    },
  );
  return { activations: description.activations, layers: await Promise.all(layers) };
}
