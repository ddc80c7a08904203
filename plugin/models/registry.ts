/** The models this version knows by name. */
import { fileURLToPath } from "node:url";
import type { Licence } from "./licence.ts";

export interface KnownModel {
  /** What `--model` takes. */
  readonly id: string;
  /** For people; a preview model says so. */
  readonly name: string;
  readonly preview: boolean;
  readonly licence: Licence;
  readonly parameterCount: number;
  readonly weightsBytes: number;
  readonly weightsSha256: string;
  /** Holds config.json and model.safetensors. */
  readonly folder: string;
}

export const DEFAULT_MODEL = "maquette-tiny";

// The same path from plugin/models/ and, compiled, from dist/models/.
const EMBEDDED_FOLDER = fileURLToPath(new URL("../../plugin/models/embedded/", import.meta.url));

export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    id: DEFAULT_MODEL,
    name: "Maquette Tiny (preview)",
    preview: true,
    licence: {
      spdx: "Apache-2.0",
      commercialUse: true,
      source: "plugin/models/embedded/README.md",
    },
    parameterCount: 8_695_524,
    weightsBytes: 17_415_736,
    weightsSha256: "4e2d2fae0511ca70c5f99e8e75a5ecf985b38a6d1a82607854b9ffbba977d923",
    folder: EMBEDDED_FOLDER,
  },
];
