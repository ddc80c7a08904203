import type { PictureReading } from "./picture-reading.ts";

/** Everything that shapes the mesh of one picture; plain data, stored in sidecars. */
export interface GenerateSettings extends PictureReading {
  /** Lattice points per axis for the iso-surface; 16..1024. */
  readonly resolution: number;
  /** Activated density of the iso-surface; > 0. */
  readonly isoDensity: number;
  /** Triangle budget; >= 4. */
  readonly triangles: number;
  /** Which extent of the mesh is scaled to how many metres. */
  readonly size: { readonly axis: "longest" | "height"; readonly metres: number };
}
