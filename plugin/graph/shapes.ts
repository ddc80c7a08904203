/** Shape arithmetic shared by the ops, and the error they raise. */
import { ModelError } from "../core/errors.ts";
import type { Shape } from "./tensor.ts";

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** `(2,3,4)`, as error messages write a shape. */
export function formatShape(shape: Shape): string {
  return `(${shape.join(",")})`;
}

/** The error of an op whose operands do not fit; `rule` says what would. */
export function shapeError(op: string, operands: readonly Shape[], rule: string): ModelError {
  return new ModelError("mismatch", `${op}: ${operands.map(formatShape).join(" and ")} — ${rule}`);
}

/** The shape of an elementwise result, sizes of 1 and missing leading axes repeating. */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw shapeError(op, [a, b], "sizes must be equal, or 1 to repeat");
    }
    return sizeA === 1 ? sizeB : sizeA;
  });
}

/** @throws ModelError unless `axis` exists; negative axes are not accepted. */
export function checkAxis(op: string, shape: Shape, axis: number): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) {
    throw shapeError(op, [shape], `axis ${axis} must lie in 0..${shape.length - 1}`);
  }
}
