/** Triangles as plain data, counter-clockwise seen from outside. */

export interface TriangleMesh {
  /** (V, 3) xyz. */
  readonly positions: Float32Array;
  /** (T, 3) vertex indices. */
  readonly triangles: Uint32Array;
}

export interface ColouredMesh extends TriangleMesh {
  /** (V, 3) sRGB colour, 0..1. */
  readonly colours: Float32Array;
}

/** What goes into a GLB: +Y up, front +Z, metres, pivot at the bottom centre. */
export interface GameMesh extends ColouredMesh {
  /** (V, 3) unit normals. */
  readonly normals: Float32Array;
}

export interface Bounds {
  readonly min: readonly [number, number, number];
  readonly max: readonly [number, number, number];
}
