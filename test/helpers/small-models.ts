import type { ModelSizes } from "../../plugin/models/families/config.ts";

/**
 * Each family at sizes that compile and run in a fraction of a second, with all of its structure:
 * resampled positions, several heads, a context of another width than the transformer's.
 */
export const SMALL_MODELS = {
  vfusion3d: {
    family: "vfusion3d",
    encoder: { imageSize: 60, patchSize: 14, positionGrid: 5, width: 64, layers: 2, heads: 1 },
    camera: { width: 32 },
    transformer: { width: 128, layers: 2, heads: 2, tokenSide: 8, channels: 8 },
    decoder: { hidden: 16, layers: 4, isoDensity: 1 },
    positionForm: "offset0.1",
  },
  openlrm: {
    family: "openlrm",
    encoder: { imageSize: 56, patchSize: 14, positionGrid: 5, width: 64, layers: 2, heads: 1 },
    camera: { width: 32 },
    transformer: { width: 128, layers: 2, heads: 2, tokenSide: 8, channels: 8 },
    decoder: { hidden: 16, layers: 4, isoDensity: 3 },
    samplesPerRay: 96,
  },
  triposr: {
    family: "triposr",
    encoder: { imageSize: 64, patchSize: 16, positionGrid: 3, width: 64, layers: 2, heads: 1 },
    transformer: { width: 128, layers: 2, heads: 2, tokenSide: 8, channels: 8 },
    decoder: { hidden: 16, layers: 10, isoDensity: 25 },
  },
} as const satisfies Record<string, ModelSizes>;

/** OpenLRM as in its base variant: transformer and encoder are of equal width. */
export const SMALL_OPENLRM_BASE: ModelSizes = {
  ...SMALL_MODELS.openlrm,
  transformer: { ...SMALL_MODELS.openlrm.transformer, width: 64, heads: 1 },
};
