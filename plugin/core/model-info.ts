import type { Precision } from "./precision.ts";

/** What is known of a model without loading its weights. */
export interface ModelInfo {
  readonly id: string;
  /** Name for people; says "preview" when the model is one. */
  readonly name: string;
  /** True for models whose meshes are drafts, not finished assets. */
  readonly preview: boolean;
  readonly licence: {
    /** SPDX identifier, or `NOASSERTION` for a model folder that does not say. */
    readonly spdx: string;
    readonly commercialUse: boolean;
    /** Where the licence is stated: a web address, or a few words. */
    readonly source: string;
  };
  /** Hex SHA-256 of the weights file. */
  readonly weightsSha256: string;
  /** That it runs in. */
  readonly precision: Precision;
  readonly defaults: {
    /** Lattice points per axis for the iso-surface. */
    readonly resolution: number;
    /** Activated density of the iso-surface. */
    readonly isoDensity: number;
  };
}
