export type SignedAxis = "x" | "y" | "z" | "-x" | "-y" | "-z";

/**
 * Which axis of the model's frame becomes glTF's X (picture right), Y (up) and Z (to the viewer):
 * `["y", "z", "x"]` for VFusion3D, whose camera stands on +x with +z up.
 */
export type FrameAxes = readonly [SignedAxis, SignedAxis, SignedAxis];

/** Index 0..2 of the axis in xyz, and the sign of its direction. */
export function parseAxis(axis: SignedAxis): { readonly index: number; readonly sign: 1 | -1 } {
  return { index: "xyz".indexOf(axis.slice(-1)), sign: axis.startsWith("-") ? -1 : 1 };
}
