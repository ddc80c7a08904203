/**
 * Compares what the input camera sees of a field with the picture's matte, to choose between two
 * readings of one picture. The field is projected without perspective, and both outlines are fitted
 * into the same square first, so the score judges shape, not placement.
 */
import { type FrameAxes, parseAxis, type SignedAxis } from "../core/frame.ts";
import type { CoarseDensity } from "./coarse-density.ts";

interface Silhouette {
  readonly width: number;
  readonly height: number;
  /** (height, width), top row first; 1 where the object is. */
  readonly data: Uint8Array;
}

const FITTED_SIZE = 32;

/**
 * Intersection over union, 0..1, of the field's front silhouette and the picture's.
 *
 * @param alpha (size, size) coverage 0..1 of the network input, top row first.
 */
export function silhouetteOverlap(
  density: CoarseDensity,
  level: number,
  axes: FrameAxes,
  alpha: Float32Array,
  size: number,
): number {
  const seen = fitted(frontSilhouette(density, level, axes));
  const drawn = fitted({
    width: size,
    height: size,
    data: Uint8Array.from(alpha, (coverage) => (coverage > 0.5 ? 1 : 0)),
  });
  if (seen === undefined || drawn === undefined) return 0;
  let both = 0;
  let either = 0;
  for (let i = 0; i < seen.length; i++) {
    both += seen[i] & drawn[i];
    either += seen[i] | drawn[i];
  }
  return both / either;
}

function frontSilhouette(
  { n, raw }: CoarseDensity,
  level: number,
  [right, up]: FrameAxes,
): Silhouette {
  const data = new Uint8Array(n * n);
  for (let p = 0; p < raw.length; p++) {
    if (!(raw[p] > level)) continue;
    const column = latticeIndex(p, n, right);
    const row = n - 1 - latticeIndex(p, n, up);
    data[row * n + column] = 1;
  }
  return { width: n, height: n, data };
}

/** Where lattice point p of (n, n, n) lies along an axis of the model. */
function latticeIndex(p: number, n: number, axis: SignedAxis): number {
  const { index, sign } = parseAxis(axis);
  const at = Math.floor(p / n ** (2 - index)) % n;
  return sign < 0 ? n - 1 - at : at;
}

/** The silhouette's bounding box scaled into a square with its aspect kept; undefined when empty. */
function fitted({ width, height, data }: Silhouette): Uint8Array | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (data[row * width + column] === 0) continue;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
    }
  }
  if (right < 0) return undefined;

  const extent = Math.max(right - left, bottom - top) + 1;
  const centreColumn = (left + right + 1) / 2;
  const centreRow = (top + bottom + 1) / 2;
  const square = new Uint8Array(FITTED_SIZE * FITTED_SIZE);
  for (let y = 0; y < FITTED_SIZE; y++) {
    for (let x = 0; x < FITTED_SIZE; x++) {
      const column = Math.floor(centreColumn + ((x + 0.5) / FITTED_SIZE - 0.5) * extent);
      const row = Math.floor(centreRow + ((y + 0.5) / FITTED_SIZE - 0.5) * extent);
      const within = column >= 0 && column < width && row >= 0 && row < height;
      square[y * FITTED_SIZE + x] = within ? data[row * width + column] : 0;
    }
  }
  return square;
}
