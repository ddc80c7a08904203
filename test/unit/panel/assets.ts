/** Assets as the service tells of them. */
import type { Asset, AssetResult } from "../../../plugin/protocol/service.ts";

const SHA256 = "0d63f76f29e4aa85dc148f8f745686cf5964e0e7935595b5b55287fee6087a74";

export function makeAsset(changes: Partial<Asset> = {}): Asset {
  const { name = "lantern" } = changes;
  return {
    uuid: uuidOf(1),
    name,
    picture: `concept-art/${name}.png`,
    mesh: `meshes/${name}.glb`,
    state: "ready",
    settings: {
      preset: {
        resolution: 120,
        isoDensity: 1,
        triangles: 5000,
        size: { axis: "longest", metres: 1 },
        matte: "auto",
        preprocess: "best",
      },
      own: {},
    },
    ...changes,
  };
}

/** A different one for each number up to 16 million. */
export function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

export function makeResult(changes: Partial<AssetResult> = {}): AssetResult {
  return {
    sha256: SHA256,
    pictureSha256: SHA256,
    bytes: 214_400,
    triangles: { requested: 5000, achieved: 5000 },
    bounds: { min: [-0.31, 0, -0.29], max: [0.31, 1, 0.29] },
    matte: "backdrop",
    model: {
      id: "maquette-tiny",
      precision: "f32",
      licence: { spdx: "Apache-2.0", commercialUse: true, source: "https://example.org/model" },
    },
    warnings: [],
    ...changes,
  };
}
