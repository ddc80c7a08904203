/** Reads a model folder's `config.json`: which family, at which sizes, under which licence. */
import type { Architecture } from "../architecture.ts";
import type { Licence } from "../licence.ts";
import { vfusion3d } from "./vfusion3d.ts";
import { parseVFusion3dConfig } from "./vfusion3d-config.ts";

export interface DescribedModel {
  readonly name: string;
  /** Absent in files that do not state one. */
  readonly licence?: Licence | undefined;
  readonly architecture: Architecture;
}

/**
 * @param file Names the text in errors.
 * @throws ModelError naming the first key that is missing, of another type or not supported.
 */
export function parseModelConfig(text: string, file: string): DescribedModel {
  const config = parseVFusion3dConfig(text, file);
  return { name: config.name, licence: config.licence, architecture: vfusion3d(config) };
}
