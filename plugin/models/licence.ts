import type { ModelInfo } from "../core/model-info.ts";

export type Licence = ModelInfo["licence"];

/** Of a model that states none. What is not permitted is not assumed. */
export const UNKNOWN_LICENCE: Licence = {
  spdx: "NOASSERTION",
  commercialUse: false,
  source: "the model states none",
};
