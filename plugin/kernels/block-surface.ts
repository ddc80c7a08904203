/**
 * Sparse extraction from any field on a lattice: whoever can evaluate points, in batches, gets the
 * surface of the kernels. `Kernels.blockBounds` gives the other half of a block field.
 */
import type { BlockField } from "../core/block-field.ts";
import { extractSparse } from "../surface/blocks.ts";
import type { ExtractedSurface, KernelOptions } from "./kernels.ts";

/** As `Kernels.extract` with the method `sparse`, for `field` on a lattice over [-1, 1]. */
export async function extractBlocks(
  field: BlockField,
  level: number,
  options: KernelOptions = {},
): Promise<ExtractedSurface> {
  const { positions, triangles, ...stats } = await extractSparse(
    field,
    level,
    placement(field.resolution),
    options,
  );
  return { positions, triangles, stats };
}

/** Coordinate in [-1, 1] of a place between lattice indices. */
export function placement(resolution: number): (index: number) => number {
  return (index) => -1 + (2 * index) / (resolution - 1);
}
