/**
 * The first layer over a box of lattice points, as functions of the box's coordinates.
 *
 * Within one texel of each plane the three bilinear samples sum to exactly
 * 1, u, v, w, uv, uw, wv times a coefficient per channel. Where texel centres cross the box, each
 * plane is the interpolant of its rectangle's corners plus a residual. The residual is continuous
 * and bilinear on each piece, so its extremes are at the pieces' corners: its middle moves into the
 * constant and half its width is the channel's radius.
 */
import { TERMS } from "../core/block-field.ts";
import type { FoldedField } from "../core/field.ts";
import type { LatticeTexels } from "./lattice-texels.ts";
import { samplePlane } from "./sample.ts";

/** A plane's column and row axis as box axes, and the terms its u, v and uv go to. */
const PLANES = [
  { column: 0, row: 1, terms: [1, 2, 4] },
  { column: 0, row: 2, terms: [1, 3, 5] },
  { column: 2, row: 1, terms: [3, 2, 6] },
] as const;

/** First and last padded texel coordinate of a rectangle, per plane axis. */
interface Rectangle {
  readonly column: readonly [number, number];
  readonly row: readonly [number, number];
}

export class PlaneTerms {
  readonly #field: FoldedField;
  readonly #corners: readonly Float64Array[];
  readonly #sample: Float64Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(field: FoldedField) {
    const channels = () => new Float64Array(field.hidden);
    this.#field = field;
    this.#corners = [channels(), channels(), channels(), channels()];
    this.#sample = channels();
    this.#low = channels();
    this.#high = channels();
  }

  /**
   * Writes box n of `boxes` to `terms` (TERMS rows of `stride`, channels along a row) from
   * `offset` on, and the radii to `radius` from `radiusOffset` on.
   */
  write(
    texels: LatticeTexels,
    box: Int32Array,
    terms: Float64Array,
    offset: number,
    stride: number,
    radius: Float64Array,
    radiusOffset: number,
  ): void {
    const { hidden, firstBias } = this.#field;
    terms.fill(0, offset, offset + TERMS * stride);
    terms.set(firstBias, offset);
    radius.fill(0, radiusOffset, radiusOffset + hidden);
    PLANES.forEach(({ column, row, terms: [termU, termV, termUv] }, plane) => {
      const rectangle: Rectangle = {
        column: [texels.columns[box[column]], texels.columns[box[column + 3]]],
        row: [texels.rows[box[row]], texels.rows[box[row + 3]]],
      };
      const [lowLow, highLow, lowHigh, highHigh] = this.#readCorners(plane, rectangle);
      for (let c = 0; c < hidden; c++) {
        const at = offset + c;
        terms[at] += (lowLow[c] + highLow[c] + lowHigh[c] + highHigh[c]) / 4;
        terms[at + termU * stride] += (highLow[c] + highHigh[c] - lowLow[c] - lowHigh[c]) / 4;
        terms[at + termV * stride] += (lowHigh[c] + highHigh[c] - lowLow[c] - highLow[c]) / 4;
        terms[at + termUv * stride] += (lowLow[c] + highHigh[c] - highLow[c] - lowHigh[c]) / 4;
      }
      if (!this.#measureResidual(plane, rectangle)) return;
      for (let c = 0; c < hidden; c++) {
        terms[offset + c] += (this.#high[c] + this.#low[c]) / 2;
        radius[radiusOffset + c] += (this.#high[c] - this.#low[c]) / 2;
      }
    });
  }

  /** Samples at (u, v) = (-1, -1), (1, -1), (-1, 1), (1, 1). */
  #readCorners(plane: number, { column, row }: Rectangle): readonly Float64Array[] {
    this.#corners.forEach((corner, i) => {
      samplePlane(this.#field, plane, column[i & 1], row[i >> 1], corner, 0);
    });
    return this.#corners;
  }

  /** Range of sample minus interpolant over the rectangle; false when it is zero throughout. */
  #measureResidual(plane: number, rectangle: Rectangle): boolean {
    const columns = pieceEnds(rectangle.column);
    const rows = pieceEnds(rectangle.row);
    if (columns.length <= 2 && rows.length <= 2) return false;
    this.#low.fill(0);
    this.#high.fill(0);
    for (const column of columns) {
      for (const row of rows) this.#addResidual(plane, rectangle, column, row);
    }
    return true;
  }

  #addResidual(plane: number, rectangle: Rectangle, column: number, row: number): void {
    const u = fraction(column, rectangle.column);
    const v = fraction(row, rectangle.row);
    const [lowLow, highLow, lowHigh, highHigh] = this.#corners;
    samplePlane(this.#field, plane, column, row, this.#sample, 0);
    for (let c = 0; c < this.#field.hidden; c++) {
      const low = lowLow[c] * (1 - u) + highLow[c] * u;
      const high = lowHigh[c] * (1 - u) + highHigh[c] * u;
      const residual = this.#sample[c] - (low * (1 - v) + high * v);
      if (residual < this.#low[c]) this.#low[c] = residual;
      if (residual > this.#high[c]) this.#high[c] = residual;
    }
  }
}

/** The interval's ends and the texel centres (whole coordinates) inside it. */
function pieceEnds([first, last]: readonly [number, number]): number[] {
  const ends = [first];
  for (let centre = Math.floor(first) + 1; centre < last; centre++) ends.push(centre);
  if (last > first) ends.push(last);
  return ends;
}

function fraction(value: number, [first, last]: readonly [number, number]): number {
  return last > first ? (value - first) / (last - first) : 0;
}
