export interface Licence {
  /** SPDX identifier, or `NOASSERTION` when the model does not state a licence. */
  readonly spdx: string;
  readonly commercialUse: boolean;
}

export const UNKNOWN_LICENCE: Licence = { spdx: "NOASSERTION", commercialUse: false };
