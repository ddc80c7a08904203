export type SignedAxis = "x" | "y" | "z" | "-x" | "-y" | "-z";

/**
 * Which axis of the model's frame becomes glTF's X (picture right), Y (up) and Z (to the viewer):
 * `["y", "z", "x"]` for VFusion3D, whose camera stands on +x with +z up.
 */
export type FrameAxes = readonly [SignedAxis, SignedAxis, SignedAxis];
