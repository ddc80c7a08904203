/** What Node asks of the evaluation's browser page. */
import type { Answer, View } from "./contact-sheet-page.ts";

/** Moves `centre` to the origin, then scales. */
export interface Placement {
  readonly centre: readonly [number, number, number];
  readonly scale: number;
}

export interface LoadedSurface {
  /** (V, 3) xyz in the GLB's frame, skins and node transforms applied. */
  readonly positions: Float32Array;
  /** (T, 3), counter-clockwise seen from outside. */
  readonly triangles: Uint32Array;
}

export interface AlbedoRequest {
  readonly glb: Uint8Array;
  readonly placement: Placement;
  readonly views: readonly View[];
  /** From the origin, at which every camera looks. */
  readonly distance: number;
  /** Full vertical angle of view, radians. */
  readonly fieldOfView: number;
  /** Side of each square picture in pixels. */
  readonly size: number;
  /** Transparent where the mesh is not, or on white. */
  readonly backdrop: "transparent" | "white";
}

export interface EncodeRequest {
  readonly width: number;
  readonly height: number;
  /** (height, width, 4), straight alpha. */
  readonly rgba: Uint8Array;
}

export interface EvaluationPage {
  readSurface(glb: Uint8Array): Promise<Answer<LoadedSurface>>;
  /** The base colour without any light: (size, size, 4) sRGB with straight alpha for each view. */
  renderAlbedo(request: AlbedoRequest): Promise<Answer<Uint8Array[]>>;
  encodePng(request: EncodeRequest): Promise<Answer<Uint8Array>>;
}
