/** How a model family looks at its field: what a volume renderer needs beside the field itself. */
export interface ViewConvention {
  /**
   * `importance`: a coarse pass and a second one where the first found something (VFusion3D,
   * OpenLRM); `uniform`: one pass at the centres of equal bins (TripoSR).
   */
  readonly marcher: "importance" | "uniform";
  /** Samples per ray, both passes together. */
  readonly samples: number;
  /** Half the side of the model's box, in the model's units; field coordinates are divided by it. */
  readonly boxRadius: number;
  /** Full vertical angle of view, radians. */
  readonly fieldOfView: number;
  /** Distance of a camera that goes round, model units. */
  readonly orbitRadius: number;
  /** Its height over the horizon, radians. */
  readonly orbitElevation: number;
}
