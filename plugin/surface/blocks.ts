/**
 * Sparse marching cubes: work in proportion to the surface, not to the volume.
 *
 * (1) Prove: the field's bounds settle the side of most lattice points, box by box (prove.ts).
 * (2) Evaluate the points that are left, once each.
 * (3) Close: both ends of every lattice edge that the surface cuts need a value; evaluate those of
 *     which only the side was proven. A value that contradicts its proof is a miss: it is counted,
 *     the value holds, and the edges around it are looked at again.
 * (4) March the bricks' cells, with one vertex per cut edge, shared by index.
 *
 * The result is that of the dense grid as long as the bounds hold (no misses). Should they not, it
 * is still closed, because every point has one side wherever it is looked at.
 */
import { setImmediate } from "node:timers/promises";
import type { BlockField } from "../core/block-field.ts";
import { throwIfCancelled } from "../core/errors.ts";
import type { TriangleMesh } from "../core/mesh.ts";
import { BrickMarch } from "./brick-march.ts";
import { BrickGrid } from "./bricks.ts";
import { CutEdges } from "./cut-edges.ts";
import type { Placement } from "./interpolate.ts";
import { divideLattice } from "./partition.ts";
import { PointEvaluator } from "./point-evaluator.ts";
import { proveSides } from "./prove.ts";

export interface SparseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with 0..1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

export interface SparseMesh extends TriangleMesh {
  readonly evaluatedPoints: number;
  readonly boundedBlocks: number;
  /** Cells that the surface crosses. */
  readonly activeCells: number;
  /** Points whose value contradicted a proof; 0 when the field's bounds are right. */
  readonly misses: number;
}

/** Shares of the progress at which a phase ends. */
const PROVED = 0.4;
const EVALUATED = 0.9;

/**
 * The closed surface where the field falls to `level` or below.
 *
 * @throws ModelError `bad-value` that names the first point found without a finite value.
 */
export async function extractSparse(
  field: BlockField,
  level: number,
  place: Placement,
  { signal, onProgress }: SparseOptions = {},
): Promise<SparseMesh> {
  const step = async (fraction: number) => {
    onProgress?.(fraction);
    await setImmediate();
    throwIfCancelled(signal);
  };
  const axes = divideLattice(field.resolution, field.pieces);
  const grid = new BrickGrid(field.resolution, axes);
  const boundedBlocks = await proveSides(field, level, axes, grid, (f) => step(f * PROVED));
  const evaluator = new PointEvaluator(field, level, grid, (f) =>
    step(PROVED + f * (EVALUATED - PROVED)),
  );
  await evaluator.evaluateUnknown();
  const edges = new CutEdges(grid, level);
  for (let pending = edges.find(); pending.length > 0; pending = edges.find()) {
    await evaluator.evaluate(pending);
  }
  const march = new BrickMarch(grid, level, place);
  await march.run((f) => step(EVALUATED + f * (1 - EVALUATED)));
  onProgress?.(1);
  return {
    ...march.mesh.build(),
    evaluatedPoints: evaluator.evaluated,
    boundedBlocks,
    activeCells: march.activeCells,
    misses: evaluator.missed,
  };
}
