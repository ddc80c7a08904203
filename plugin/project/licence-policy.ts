import { basename } from "node:path";
import { InputError } from "../core/errors.ts";
import type { ModelInfo } from "../core/model-info.ts";

/** `commercial`: only models whose licence permits commercial use; `any`: all. */
export const LICENCE_POLICIES = ["any", "commercial"] as const;

export type LicencePolicy = (typeof LICENCE_POLICIES)[number];

/**
 * @param project Its policy, and its configuration file for the message.
 * @throws InputError "licence" when the project does not permit the model.
 */
export function checkLicencePolicy(
  project: { licencePolicy: LicencePolicy; file: string | undefined },
  { id, licence }: Pick<ModelInfo, "id" | "licence">,
): void {
  const { licencePolicy, file } = project;
  if (licencePolicy === "any" || licence.commercialUse) return;
  const { spdx, source } = licence;
  const where = file === undefined ? "the project" : basename(file);
  throw new InputError(
    "licence",
    `model ${id}: its licence ${spdx} (${source}) permits no commercial use, which the licencePolicy of ${where} asks for — choose another model; maquette models list says what each permits`,
  );
}
