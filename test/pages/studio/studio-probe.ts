/** What tests ask of the studio's page: `studioProbe`. */
import type { Bounds } from "../../../plugin/core/mesh.ts";

export interface StudioProbe {
  /** The meshes that show an asset, in the scene's order. */
  meshes(): readonly MeshFacts[];
  /** Draws the scene as it is, once all of it is ready. */
  drawn(): Promise<void>;
  /** Moves the mesh, and adds to its metadata. */
  edit(uniqueId: number, position: Point, metadata: Readonly<Record<string, unknown>>): void;
  /** Where a point of the scene is seen. */
  seenAt(point: Point): Pixel;
  /** Of the ground, y = 0, behind whatever is seen there. */
  groundAt(pixel: Pixel): Point;
  /** How many frames have been drawn since the first call. */
  frames(): number;
  /** Whether the page has stopped asking for frames. */
  isIdle(): boolean;
  /** Resolves when the display has shown so many, of whatever. */
  displayFrames(count: number): Promise<void>;
  /** Of the camera above the horizon, degrees. */
  elevation(): number;
  /** As a file from the desktop is dropped on the canvas. */
  dropFile(name: string, bytes: Uint8Array): void;
  /** Resolves when the page has kept up with the display for half a second. */
  calm(): Promise<void>;
  /** Resolves when the only mesh has other geometry and the first frame with it is complete. */
  nextSwap(): Promise<SwapTimes>;
  /** From now on the browser offers no WebGL, as on machines whose driver it refuses. */
  refuseWebGl(): void;
}

export type Point = readonly [x: number, y: number, z: number];

/** CSS pixels from the canvas's top left corner. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

export interface MeshFacts {
  readonly uniqueId: number;
  readonly name: string;
  readonly vertices: number;
  /** In the scene, metres. */
  readonly bounds: Bounds;
  /** Of the loader's root. */
  readonly position: Point;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Milliseconds since 1970. */
export interface SwapTimes {
  readonly fetchStart: number;
  readonly fetchEnd: number;
  readonly frameStart: number;
  readonly frameEnd: number;
}
