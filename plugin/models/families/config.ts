/** A model folder's `config.json`: which family, at which sizes, under which licence. */
import { z } from "zod";
import { ModelError } from "../../core/errors.ts";
import { type Architecture, FAMILIES, type Family } from "../architecture.ts";
import { parseLrmFile } from "./lrm-file.ts";
import { OPENLRM_SCHEMA, type OpenLrmSizes, openLrm } from "./openlrm.ts";
import { checkConfig, DESCRIPTION, type ModelDescription } from "./sizes.ts";
import { TRIPOSR_SCHEMA, type TripoSrSizes, tripoSr } from "./triposr.ts";
import { VFUSION3D_SCHEMA, type VFusion3dSizes, vfusion3d } from "./vfusion3d.ts";

/** A family with all that its graph depends on. */
export type ModelSizes = VFusion3dSizes | OpenLrmSizes | TripoSrSizes;

/** What `config.json` holds. */
export type ModelConfig = ModelSizes & ModelDescription;

export interface DescribedModel extends ModelDescription {
  readonly architecture: Architecture;
}

const SIZES: Readonly<Record<Family, z.ZodType<ModelSizes>>> = {
  vfusion3d: z.strictObject(VFUSION3D_SCHEMA),
  openlrm: z.strictObject(OPENLRM_SCHEMA),
  triposr: z.strictObject(TRIPOSR_SCHEMA),
};

const CONFIGS: Readonly<Record<Family, z.ZodType<ModelConfig>>> = {
  vfusion3d: z.strictObject({ ...VFUSION3D_SCHEMA, ...DESCRIPTION }),
  openlrm: z.strictObject({ ...OPENLRM_SCHEMA, ...DESCRIPTION }),
  triposr: z.strictObject({ ...TRIPOSR_SCHEMA, ...DESCRIPTION }),
};

const LISTED_FAMILIES = FAMILIES.join(", ").replace(/,([^,]*)$/, " or$1");

/** How the embedded model's training calls its family. */
const TRAINED_FAMILY = "lrm";

const FAMILY_OF = z.object({ family: z.enum([...FAMILIES, TRAINED_FAMILY]) });

/**
 * @param file Names the text in errors.
 * @throws ModelError naming the first key that is missing, of another type or not supported.
 */
export function parseModelConfig(text: string, file: string): DescribedModel {
  const json = parseJson(text, file);
  const { family } = checkConfig(FAMILY_OF, json, file, `a ${LISTED_FAMILIES}`);
  const config: ModelConfig =
    family === TRAINED_FAMILY
      ? parseLrmFile(json, file)
      : checkConfig(CONFIGS[family], json, file, `a ${family}`);
  const { name, licence, ...sizes } = config;
  return { name, licence, architecture: architectureOf(sizes) };
}

/** The text that {@link parseModelConfig} reads. */
export function encodeModelConfig(config: ModelConfig): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}

/**
 * `sizes` when they are possible ones.
 *
 * @param file Names in errors what they were found in.
 * @throws ModelError naming the first size that is not.
 */
export function checkSizes(sizes: ModelSizes, file: string): ModelSizes {
  return checkConfig(SIZES[sizes.family], sizes, file, `a ${sizes.family}`);
}

export function architectureOf(sizes: ModelSizes): Architecture {
  switch (sizes.family) {
    case "vfusion3d":
      return vfusion3d(sizes);
    case "openlrm":
      return openLrm(sizes);
    case "triposr":
      return tripoSr(sizes);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelError("unreadable", `${file}: not valid JSON — copy the model's folder again`, {
      cause,
    });
  }
}
