import type { FloatImage } from "../../core/image.ts";

/** @throws RangeError when the pictures' sizes or channels differ. */
export function assertComparable(metric: string, a: FloatImage, b: FloatImage): void {
  const shapeOf = ({ width, height, channels }: FloatImage) => `${width} x ${height} x ${channels}`;
  if (shapeOf(a) !== shapeOf(b)) {
    throw new RangeError(`${metric}: pictures of ${shapeOf(a)} and ${shapeOf(b)}`);
  }
}

/** Predicted colours may overshoot; the metrics see 0..1. */
export function clipped(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
