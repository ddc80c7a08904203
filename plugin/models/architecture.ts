/** What a model family tells the rest of the program: its network, its field and its conventions. */
import type { Activations, Decoder } from "../core/field.ts";
import type { FrameAxes } from "../core/frame.ts";
import type { PictureConvention } from "../core/picture-convention.ts";
import type { ViewConvention } from "../core/view-convention.ts";
import type { Parameter, Tensor } from "../graph/tensor.ts";

export const FAMILIES = ["vfusion3d", "openlrm", "triposr"] as const;

export type Family = (typeof FAMILIES)[number];

/** A family's network at certain sizes. */
export interface Architecture {
  readonly family: Family;
  /** All that `build` depends on, as JSON; equal configs give equal graphs. */
  readonly config: unknown;
  readonly picture: PictureConvention;
  /** Sizes of one plane of the network's output. */
  readonly triplane: {
    readonly channels: number;
    readonly height: number;
    readonly width: number;
  };
  readonly activations: Activations;
  /** Density above which a point is inside. */
  readonly isoDensity: number;
  readonly frameAxes: FrameAxes;
  readonly view: ViewConvention;
  build(): Network;
  /** The decoder, its tensors read by name with `read`. */
  readDecoder(read: (name: string) => Promise<Float32Array>): Promise<Decoder>;
}

export interface Network {
  /** The graph's input `picture`: (1, 3, S, S), sRGB, 0..1, on the family's backdrop. */
  readonly picture: Tensor;
  /** (1, T, E) */
  readonly imageTokens: Tensor;
  /** (1, 3, C, H, W): planes (x,y), (x,z) and (z,y) as (column, row). */
  readonly planes: Tensor;
  /** Every tensor of the checkpoint, also those the graph does not use. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}
