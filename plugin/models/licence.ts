/** Licences of models: as stated, and whether meshes made with the model may be sold. */
import { z } from "zod";
import type { ModelInfo } from "../core/model-info.ts";

export type Licence = ModelInfo["licence"];

export const LICENCE: z.ZodType<Licence> = z.strictObject({
  spdx: z.string(),
  commercialUse: z.boolean(),
  source: z.string(),
});

/** Of a model that states none. What is not permitted is not assumed. */
export const UNKNOWN_LICENCE: Licence = {
  spdx: "NOASSERTION",
  commercialUse: false,
  source: "the model states none",
};

/** SPDX identifiers of licences that permit commercial use of a model and of what it makes. */
const PERMISSIVE = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
  "Zlib",
];

/** Others that model cards name; whether they permit it depends on more than their name. */
const RESTRICTED = [
  "AFL-3.0",
  "AGPL-3.0-only",
  "CC-BY-NC-2.0",
  "CC-BY-NC-3.0",
  "CC-BY-NC-4.0",
  "CC-BY-NC-ND-4.0",
  "CC-BY-NC-SA-3.0",
  "CC-BY-NC-SA-4.0",
  "CC-BY-ND-4.0",
  "CC-BY-SA-4.0",
  "GPL-2.0-only",
  "GPL-3.0-only",
  "LGPL-3.0-only",
  "MPL-2.0",
];

/**
 * The licence that a person or a model card calls `name`, in SPDX's spelling; a name that SPDX does
 * not know becomes a `LicenseRef`.
 *
 * @param commercialUse Whether it is permitted; by default only what is known to permit it does.
 */
export function statedLicence(name: string, source: string, commercialUse?: boolean): Licence {
  const same = (spdx: string) => spdx.toLowerCase() === name.toLowerCase();
  const permissive = PERMISSIVE.find(same);
  const spdx = permissive ?? RESTRICTED.find(same) ?? licenceReference(name);
  return { spdx, commercialUse: commercialUse ?? permissive !== undefined, source };
}

function licenceReference(name: string): string {
  if (/^LicenseRef-/.test(name) || name === UNKNOWN_LICENCE.spdx) return name;
  return `LicenseRef-${name.replace(/[^\w.]+/g, "-")}`;
}
