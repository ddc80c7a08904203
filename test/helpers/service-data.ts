/** What a service says, for tests of what listens to it. */
import type { GenerateSettings } from "../../plugin/core/generate-settings.ts";
import {
  type Asset,
  type AssetResult,
  type Hello,
  PROTOCOL_VERSION,
} from "../../plugin/protocol/service.ts";

const LICENCE = { spdx: "MIT", commercialUse: true, source: "test" } as const;
const MODEL = { id: "tiny", precision: "f32", licence: LICENCE } as const;

const PRESET: GenerateSettings = {
  resolution: 64,
  isoDensity: 10,
  triangles: 5000,
  size: { axis: "longest", metres: 1 },
  matte: "auto",
  preprocess: "reference",
};

/** 64 hexadecimal digits, of which `digit` is each. */
export const hashOf = (digit: number): string => digit.toString(16).repeat(64);

export const uuidOf = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

export function resultOf(sha256: string): AssetResult {
  return {
    sha256,
    pictureSha256: hashOf(0),
    bytes: 1000,
    triangles: { requested: 5000, achieved: 12 },
    bounds: { min: [0, 0, 0], max: [1, 1, 1] },
    matte: "alpha",
    model: MODEL,
    warnings: [],
  };
}

/** An asset of `art/<name>.png`, by default ready with the mesh of `hashOf(1)`. */
export function assetOf(number: number, name: string, changes: Partial<Asset> = {}): Asset {
  return {
    uuid: uuidOf(number),
    name,
    picture: `art/${name}.png`,
    mesh: `art/${name}.glb`,
    state: "ready",
    result: resultOf(hashOf(1)),
    settings: { preset: PRESET, own: {} },
    ...changes,
  };
}

export function helloOf(...assets: readonly Asset[]): Hello {
  return {
    type: "hello",
    version: PROTOCOL_VERSION,
    project: "game",
    model: { ...MODEL, name: "Tiny", preview: true, device: "auto" },
    folders: ["art"],
    assets,
  };
}
