/** Strided views of a storage, as PyTorch's tensors are. Strides count elements. */

/** True when the elements follow one another in row-major order; axes of one element do not count. */
export function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/** Elements from the first to the last of a view, both included; 0 when it has none. */
export function spanOf(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, size, axis) => span + (size - 1) * strides[axis], 1);
}

/** The view's elements in row-major order; `span` begins at its first one. */
export function gather(
  span: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = new Float32Array(count);
  const rank = shape.length;
  const rowLength = shape[rank - 1] ?? 1;
  const rowStride = strides[rank - 1] ?? 0;
  const index = new Array<number>(rank).fill(0);
  let at = 0;
  for (let begin = 0; begin < count; begin += rowLength) {
    for (let i = 0; i < rowLength; i++) values[begin + i] = span[at + i * rowStride];
    // The next row: count up the outer axes, the last of them fastest.
    for (let axis = rank - 2; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return values;
}
