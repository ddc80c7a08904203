/** 16-bit floating point, to and from f32. */

/** The f32 value of each of the 65,536 IEEE half-precision patterns. */
let halfValues: Float32Array | undefined;

export function halfToFloat(bits: Uint16Array): Float32Array {
  halfValues ??= Float32Array.from({ length: 65536 }, (_, pattern) => decodeHalf(pattern));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = halfValues[bits[i]];
  return values;
}

function decodeHalf(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 0x1f;
  const fraction = (pattern & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of an f32. */
export function bfloatToFloat(bits: Uint16Array): Float32Array {
  const patterns = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) patterns[i] = bits[i] << 16;
  return new Float32Array(patterns.buffer);
}

/** IEEE half precision, rounded to nearest even; what is too large becomes infinite. */
export function floatToHalf(values: Float32Array): Uint16Array {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(patterns.length);
  for (let i = 0; i < bits.length; i++) bits[i] = encodeHalf(patterns[i]);
  return bits;
}

function encodeHalf(pattern: number): number {
  const sign = (pattern >>> 16) & 0x8000;
  const magnitude = pattern & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 65,536 or more
  // Half a unit in the last place, and one more where the kept part is odd: ties go to even.
  if (magnitude >= 0x38800000) {
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return sign;
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const kept = significand >>> shift;
  const half = 1 << (shift - 1);
  const dropped = significand & ((1 << shift) - 1);
  const roundsUp = dropped > half || (dropped === half && (kept & 1) === 1);
  return sign | (kept + (roundsUp ? 1 : 0));
}

/** The upper half of the f32, rounded to nearest even. */
export function floatToBfloat(values: Float32Array): Uint16Array {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(patterns.length);
  for (let i = 0; i < bits.length; i++) bits[i] = encodeBfloat(patterns[i]);
  return bits;
}

function encodeBfloat(pattern: number): number {
  if ((pattern & 0x7fffffff) > 0x7f800000) return (pattern >>> 16) | 0x40; // NaN
  return (pattern + 0x7fff + ((pattern >>> 16) & 1)) >>> 16;
}
