/**
 * The triplane field as plain data.
 *
 * A point p in the model's box [-1, 1]^3 is projected on the planes (x,y), (x,z) and (z,y), given
 * as (column, row); each is sampled bilinearly with zeros outside; the three samples are
 * concatenated and go through the decoder to `[raw density, red, green, blue]`.
 */

/** What stands between and behind a decoder's linear layers; it differs between model families. */
export interface Activations {
  /** Between two layers. */
  readonly hidden: "relu" | "silu";
  /** A raw density d becomes softplus(d - 1) or exp(d - 1). */
  readonly density: "softplus" | "exp";
  /** A raw colour c becomes low + (high - low) * sigmoid(c), as sRGB. */
  readonly colour: readonly [low: number, high: number];
}

/** y = weight x + bias; `weight` is (rows, columns) row-major, `bias` (rows). */
export interface DenseLayer {
  readonly rows: number;
  readonly columns: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Dense layers with an activation between them; the last has 4 rows. */
export interface Decoder {
  readonly activations: Activations;
  readonly layers: readonly DenseLayer[];
}

/** The encoder's output; `data` is (3, channels, height, width). */
export interface Triplane {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/**
 * A triplane multiplied into the decoder's first layer. Bilinear sampling is linear, so each plane
 * can be multiplied by its slice of that layer once; a point then costs three reads of `hidden`
 * channels and the remaining layers.
 */
export interface FoldedField {
  readonly activations: Activations;
  /** Width of the first hidden layer. */
  readonly hidden: number;
  /** Texels of a plane without its border. */
  readonly height: number;
  readonly width: number;
  /** (3, height + 2, width + 2, hidden): one ring of zeros stands for "outside". */
  readonly planes: Float32Array;
  /** (hidden): bias of the first layer, added once to the sum of the three samples. */
  readonly firstBias: Float32Array;
  /** The layers after the first; the hidden activation precedes each. */
  readonly layers: readonly DenseLayer[];
}

/** Density above which a point is inside, as raw density: the inverse of {@link densityOfRaw}. */
export function rawDensityLevel(density: number, activation: Activations["density"]): number {
  if (activation === "exp") return Math.log(density) + 1;
  return density + Math.log(-Math.expm1(-density)) + 1;
}

/** The activated density of a raw one. */
export function densityOfRaw(raw: number, activation: Activations["density"]): number {
  const x = raw - 1;
  if (activation === "exp") return Math.exp(x);
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
