/** The addon itself, below plugin/kernels, for tests of what crosses into native code. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { FoldedField } from "../../../plugin/core/field.ts";
import type { Rendering } from "../../../plugin/core/rendering.ts";

export const ADDON_FILE: string = fileURLToPath(
  new URL("../../../native/build/Release/maquette.node", import.meta.url),
);

export const addonUnavailable: string | undefined = existsSync(ADDON_FILE)
  ? undefined
  : "the native kernels are not built on this machine";

interface Mesh {
  readonly positions: Float32Array;
  readonly triangles: Uint32Array;
}

interface Addon {
  extract(
    field: FoldedField,
    options: { resolution: number; level: number; sparse: boolean; threads?: number },
    control: Int32Array,
  ): Promise<Mesh & { readonly missedBlocks: number }>;
  evaluate(
    field: FoldedField,
    points: Float32Array,
    options: { threads?: number },
    control: Int32Array,
  ): Promise<Float32Array>;
  render(
    field: FoldedField,
    origins: Float32Array,
    directions: Float32Array,
    options: {
      uniform: boolean;
      expDensity: boolean;
      samples: number;
      boxRadius: number;
      threads?: number;
    },
    control: Int32Array,
  ): Promise<Rendering>;
  marchingCubes(
    volume: Float32Array,
    size: readonly number[],
    iso: number,
    closed: boolean,
    options: { threads?: number },
    control: Int32Array,
  ): Promise<Mesh>;
  prepareBounds(field: FoldedField, resolution: number): object;
  boundBoxes(
    bounds: object,
    boxes: Int32Array,
    options: { threads?: number },
    control: Int32Array,
  ): Promise<Float64Array>;
  instructionSet(): string;
}

export function openAddon(): Addon {
  return createRequire(import.meta.url)(ADDON_FILE) as Addon;
}

/** [0] cancels when it is not 0, [1] receives the progress, 0..1000. */
export function newControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8));
}
