/** How a model wants its picture: square, sRGB 0..1, the object centred on a plain backdrop. */
export interface PictureConvention {
  /** Side, pixels. */
  readonly size: number;
  /** Share of the side that the object's longest side leaves free. */
  readonly borderRatio: number;
  /** Grey level of the backdrop, 0..1: white for VFusion3D and OpenLRM, 0.5 for TripoSR. */
  readonly backdrop: number;
}
