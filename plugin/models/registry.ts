/** The models this version knows by name, where they come from, and what their licences permit. */
import { fileURLToPath } from "node:url";
import { MATTE_NETWORK } from "../core/matte-network.ts";
import type { HubLocation } from "./download/hub.ts";
import type { ModelSizes } from "./families/config.ts";
import { OPENLRM } from "./families/openlrm.ts";
import { TRIPOSR } from "./families/triposr.ts";
import { VFUSION3D } from "./families/vfusion3d.ts";
import type { Licence } from "./licence.ts";
import type { ModelKind } from "./manifest.ts";

interface KnownBase {
  /** What `--model` takes. */
  readonly id: string;
  /** For people; a preview model says so. */
  readonly name: string;
  readonly kind: ModelKind;
  readonly preview: boolean;
  readonly licence: Licence;
  /** Of the weights, rounded where only the server knows exactly. */
  readonly weightsBytes: number;
}

/** Comes with Maquette. */
export interface EmbeddedModel extends KnownBase {
  readonly origin: "embedded";
  readonly kind: "lrm";
  readonly parameterCount: number;
  readonly weightsSha256: string;
  /** Holds config.json and model.safetensors. */
  readonly folder: string;
}

/** Released on the Hugging Face hub, which states the checksum. */
export interface HubModel extends KnownBase {
  readonly origin: "hub";
  readonly kind: "lrm";
  readonly parameterCount: number;
  readonly location: HubLocation;
  readonly sizes: ModelSizes;
}

/** Released as one ONNX file. */
export interface OnnxModel extends KnownBase {
  readonly origin: "web";
  readonly kind: "matte";
  readonly url: string;
  readonly weightsSha256: string;
}

export type KnownModel = EmbeddedModel | HubModel | OnnxModel;

export const DEFAULT_MODEL = "maquette-tiny";

// The same path from plugin/models/ and, compiled, from dist/models/.
const EMBEDDED_FOLDER = fileURLToPath(new URL("../../plugin/models/embedded/", import.meta.url));

const FLOAT_BYTES = 4;

const MAQUETTE_TINY: EmbeddedModel = {
  id: DEFAULT_MODEL,
  name: "Maquette Tiny (preview)",
  kind: "lrm",
  preview: true,
  licence: {
    spdx: "Apache-2.0",
    commercialUse: true,
    source: "plugin/models/embedded/README.md",
  },
  origin: "embedded",
  parameterCount: 8_695_524,
  weightsBytes: 17_415_736,
  weightsSha256: "4e2d2fae0511ca70c5f99e8e75a5ecf985b38a6d1a82607854b9ffbba977d923",
  folder: EMBEDDED_FOLDER,
};

function onHub(model: Omit<HubModel, "kind" | "preview" | "origin" | "weightsBytes">): HubModel {
  const weightsBytes = FLOAT_BYTES * model.parameterCount;
  return { ...model, kind: "lrm", preview: false, origin: "hub", weightsBytes };
}

const OPENLRM_PARAMETERS = { small: 111_390_948, base: 260_201_972, large: 452_138_004 };

function openLrmModel(data: "obj" | "mix", size: "small" | "base" | "large"): HubModel {
  const id = `openlrm-${data}-${size}-1.1`;
  const repo = `zxhezexin/${id}`;
  return onHub({
    id,
    name: `OpenLRM 1.1 ${data} ${size}`,
    licence: {
      spdx: "CC-BY-NC-4.0",
      commercialUse: false,
      source: `https://huggingface.co/${repo}`,
    },
    parameterCount: OPENLRM_PARAMETERS[size],
    location: { repo, file: "model.safetensors" },
    sizes: OPENLRM[size],
  });
}

export const KNOWN_MODELS: readonly KnownModel[] = [
  MAQUETTE_TINY,
  onHub({
    id: "vfusion3d",
    name: "VFusion3D",
    licence: {
      spdx: "CC-BY-NC-4.0",
      commercialUse: false,
      source: "https://github.com/facebookresearch/vfusion3d/blob/main/LICENSE",
    },
    parameterCount: 452_135_700,
    location: { repo: "facebook/vfusion3d", file: "model.safetensors" },
    sizes: VFUSION3D,
  }),
  openLrmModel("obj", "small"),
  openLrmModel("obj", "base"),
  openLrmModel("obj", "large"),
  openLrmModel("mix", "small"),
  openLrmModel("mix", "base"),
  openLrmModel("mix", "large"),
  onHub({
    id: "triposr",
    name: "TripoSR",
    licence: {
      spdx: "MIT",
      commercialUse: true,
      source: "https://huggingface.co/stabilityai/TripoSR",
    },
    parameterCount: 419_275_628,
    location: { repo: "stabilityai/TripoSR", file: "model.ckpt" },
    sizes: TRIPOSR,
  }),
  {
    id: MATTE_NETWORK,
    name: "ISNet matte",
    kind: "matte",
    preview: false,
    licence: {
      spdx: "Apache-2.0",
      commercialUse: true,
      source: "https://github.com/xuebinqin/DIS",
    },
    origin: "web",
    url: "https://github.com/danielgatis/rembg/releases/download/v0.0.0/isnet-general-use.onnx",
    weightsBytes: 179_000_000,
    weightsSha256: "60920e99c45464f2ba57bee2ad08c919a52bbf852739e96947fbb4358c0d964a",
  },
];

/** The model of that name; undefined when this version knows none. */
export function findKnown(
  id: string,
  models: readonly KnownModel[] = KNOWN_MODELS,
): KnownModel | undefined {
  return models.find((model) => model.id === id);
}
