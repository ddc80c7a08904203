/**
 * The field in an ONNX session, as kernels. Bounds and marching cubes stay on the CPU: the session
 * gets only the points whose values extraction needs, in large batches, and nothing dense is read
 * back.
 */
import type { BlockBounds, BlockField, PointBatch } from "../core/block-field.ts";
import { throwIfCancelled } from "../core/errors.ts";
import type { FoldedField } from "../core/field.ts";
import { latticeCoordinate } from "../field/lattice-texels.ts";
import { extractBlocks } from "../kernels/block-surface.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { requirePoints, requireResolution } from "../kernels/requests.ts";
import { BRICK } from "../surface/partition.ts";
import { FIELD_BATCH, type FieldSession } from "./field-session.ts";

/** A call gets whole bricks until it has at least so many points, and should fit into one run. */
const BATCH_POINTS = FIELD_BATCH - BRICK ** 3;

/** The kernels of `cpu` with sparse extraction and evaluation by `session`. */
export function sessionKernels(
  cpu: Kernels,
  session: FieldSession,
): Pick<Kernels, "extract" | "evaluate"> {
  return {
    async extract(field, request, options) {
      requireResolution(request.resolution);
      if (request.method === "dense") return cpu.extract(field, request, options);
      const bounds = cpu.blockBounds(field, request.resolution);
      return extractBlocks(blockField(bounds, field, session), request.level, options);
    },

    async evaluate(field, points, { signal, onProgress } = {}) {
      requirePoints(points);
      return session.evaluate(field, points, "values", (fraction) => {
        throwIfCancelled(signal);
        onProgress?.(fraction);
      });
    },
  };
}

function blockField(bounds: BlockBounds, field: FoldedField, session: FieldSession): BlockField {
  return {
    resolution: bounds.resolution,
    pieces: bounds.pieces,
    bound: (boxes) => bounds.bound(boxes),
    batchPoints: BATCH_POINTS,
    evaluate: (batch) => session.evaluate(field, pointsOf(batch, bounds.resolution), "density"),
  };
}

/** (N, 3) coordinates in [-1, 1]. */
function pointsOf({ boxes, offsets, points }: PointBatch, resolution: number): Float32Array {
  const coordinates = new Float32Array(3 * points.length);
  for (let n = 0; n + 1 < offsets.length; n++) {
    const [i0, j0, k0, , j1, k1] = boxes.subarray(6 * n, 6 * n + 6);
    const sizeY = j1 - j0 + 1;
    const sizeZ = k1 - k0 + 1;
    for (let p = offsets[n]; p < offsets[n + 1]; p++) {
      const k = points[p] % sizeZ;
      const row = (points[p] - k) / sizeZ;
      const j = row % sizeY;
      const i = (row - j) / sizeY;
      coordinates[3 * p] = latticeCoordinate(i0 + i, resolution);
      coordinates[3 * p + 1] = latticeCoordinate(j0 + j, resolution);
      coordinates[3 * p + 2] = latticeCoordinate(k0 + k, resolution);
    }
  }
  return coordinates;
}
