/** Where lattice points fall on the planes. */
import type { BlockField } from "../core/block-field.ts";
import type { FoldedField } from "../core/field.ts";
import { texelCoordinate } from "./sample.ts";

/** Padded texel coordinates of every lattice index, as column and as row of a plane. */
export interface LatticeTexels {
  readonly columns: Float64Array;
  readonly rows: Float64Array;
}

/** Coordinate of lattice index `i` in [-1, 1], in single precision. */
export function latticeCoordinate(i: number, resolution: number): number {
  return Math.fround(-1 + (2 * i) / (resolution - 1));
}

export function latticeTexels({ width, height }: FoldedField, resolution: number): LatticeTexels {
  const columns = new Float64Array(resolution);
  const rows = new Float64Array(resolution);
  for (let i = 0; i < resolution; i++) {
    const coordinate = latticeCoordinate(i, resolution);
    columns[i] = texelCoordinate(coordinate, width);
    rows[i] = texelCoordinate(coordinate, height);
  }
  return { columns, rows };
}

/** Where the planes' texels begin: x is always a column, y always a row, z either. */
export function latticePieces({ columns, rows }: LatticeTexels): BlockField["pieces"] {
  return [pieceStarts([columns]), pieceStarts([rows]), pieceStarts([columns, rows])];
}

function pieceStarts(coordinates: readonly Float64Array[]): Int32Array {
  const starts = [0];
  for (let i = 1; i < coordinates[0].length; i++) {
    if (coordinates.some((texels) => Math.floor(texels[i]) !== Math.floor(texels[i - 1]))) {
      starts.push(i);
    }
  }
  return Int32Array.from(starts);
}
