/** What the panel needs of the program it is shown in. */
import type { Asset } from "../../plugin/protocol/service.ts";

export interface HostBridge {
  /** Puts the asset's mesh into the scene, at its origin. */
  place(asset: Asset): Promise<void>;
  /** How many nodes of the scene show the asset. */
  countPlaced(asset: Asset): number;
  /** Told when `countPlaced` may give another answer; returns what ends that. */
  subscribe(listener: () => void): () => void;
  /** Selects and frames what shows the asset. */
  select?(asset: Asset): void;
  /**
   * `listener` is told the uuid of an asset when what shows it is selected in the scene; returns
   * what ends that.
   */
  followSelection?(listener: (uuid: string) => void): () => void;
  /** Shows the files in the host's own browser of assets; else the machine's file manager does. */
  reveal?(asset: Asset): Promise<void>;
  /**
   * A picture of the mesh from the front, where the concept art was seen from: square, the mesh
   * filling it like the cut-out object fills the model's input, on a transparent ground.
   */
  renderFront(glb: Uint8Array, sizePixels: number): Promise<Blob>;
  /**
   * Takes pictures that were dragged out of the host's own browser of assets, by absolute path. A
   * host without one has no need of it.
   */
  importPaths?(paths: readonly string[]): Promise<void>;
}

/** Type of the drag data that stands for an asset; its text is the uuid. */
export const ASSET_DRAG_TYPE = "application/x-maquette-asset";
