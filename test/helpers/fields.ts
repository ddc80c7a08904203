/** Fields with known surfaces, and random ones, for tests of field, surface and kernels. */
import type {
  Activations,
  Decoder,
  DenseLayer,
  FoldedField,
  Triplane,
} from "../../plugin/core/field.ts";
import { foldTriplane } from "../../plugin/field/fold.ts";
import { det } from "./det.ts";

/** Of VFusion3D and OpenLRM. */
export const RELU_ACTIVATIONS: Activations = {
  hidden: "relu",
  density: "softplus",
  colour: [-0.001, 1.001],
};

/** Of TripoSR. */
export const SILU_ACTIVATIONS: Activations = { hidden: "silu", density: "exp", colour: [0, 1] };

/** A function of a plane's column and row coordinate, both in -1..1. */
export type PlaneFunction = (column: number, row: number) => number;

const ZERO: PlaneFunction = () => 0;

/**
 * The field xy(x, y) + xz(x, z) + zy(z, y), each sampled at `size` texels a side and bilinear in
 * between. The sum s passes the ReLU as relu(s) - relu(-s).
 */
export function sumField(
  size: number,
  {
    xy = ZERO,
    xz = ZERO,
    zy = ZERO,
  }: { xy?: PlaneFunction; xz?: PlaneFunction; zy?: PlaneFunction },
): FoldedField {
  const centre = (texel: number) => (2 * texel + 1) / size - 1;
  const data = new Float32Array(3 * size * size);
  [xy, xz, zy].forEach((plane, p) => {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        data[(p * size + row) * size + column] = plane(centre(column), centre(row));
      }
    }
  });
  const layers = [
    layer([
      [1, 1, 1],
      [-1, -1, -1],
    ]),
    layer([
      [1, -1],
      [0, 0],
      [0, 0],
      [0, 0],
    ]),
  ];
  const decoder = { activations: RELU_ACTIVATIONS, layers };
  return foldTriplane({ channels: 1, height: size, width: size, data }, decoder);
}

/** A dense layer without bias from its rows. */
function layer(rows: readonly (readonly number[])[]): DenseLayer {
  return {
    rows: rows.length,
    columns: rows[0].length,
    weight: Float32Array.from(rows.flat()),
    bias: new Float32Array(rows.length),
  };
}

/** A sheet of 0.75 texels around the texel centre closest to x = 0.1: closer than a brick is wide. */
export function sheetField(size: number): FoldedField {
  return sumField(size, { xy: (x) => tent(x, size) });
}

/** A rod along z, 0.75 texels wide. */
export function rodField(size: number): FoldedField {
  return sumField(size, { xy: (x, y) => Math.min(tent(x, size), tent(y, size)) });
}

/** Positive at one texel centre only, crossing zero 0.375 texels to either side. */
function tent(at: number, size: number): number {
  const texel = Math.round((0.1 + 1) * (size / 2) - 0.5);
  const centre = (2 * texel + 1) / size - 1;
  return 0.375 - Math.abs(at - centre) * (size / 2);
}

export function torusField(size: number): FoldedField {
  return sumField(size, {
    xy: (x, y) => 0.25 ** 2 - (Math.hypot(x, y) - 0.6) ** 2,
    xz: (_, z) => -(z ** 2),
  });
}

/** Spheres of radius 0.4 around (+-0.4, +-0.4, +-0.4): each touches three others. */
export function touchingSpheresField(size: number): FoldedField {
  return sumField(size, {
    xy: (x, y) => 0.4 ** 2 - (Math.abs(x) - 0.4) ** 2 - (Math.abs(y) - 0.4) ** 2,
    xz: (_, z) => -((Math.abs(z) - 0.4) ** 2),
  });
}

/** A ball that sticks out of the box on all six sides. */
export function ballBeyondBoxField(size: number): FoldedField {
  return sumField(size, { xy: (x, y) => 1.3 ** 2 - x ** 2 - y ** 2, xz: (_, z) => -(z ** 2) });
}

export interface RandomField {
  readonly triplane: Triplane;
  readonly decoder: Decoder;
  readonly field: FoldedField;
}

/** Weights around `gain` / sqrt(columns) on planes of `channels` x `size` x `size` in -1..1. */
export function randomField(
  seed: number,
  {
    channels = 6,
    size = 5,
    hidden = [8, 8],
    gain = 2.5,
    activations = RELU_ACTIVATIONS,
  }: {
    channels?: number;
    size?: number;
    hidden?: readonly number[];
    gain?: number;
    activations?: Activations;
  } = {},
): RandomField {
  const widths = [3 * channels, ...hidden, 4];
  const layers = widths.slice(1).map((rows, i) => ({
    rows,
    columns: widths[i],
    weight: det([rows, widths[i]], 7 * seed + 2 * i + 1, gain / Math.sqrt(widths[i])),
    bias: det([rows], 7 * seed + 2 * i + 2, gain / 4),
  }));
  const data = det([3, channels, size, size], 7 * seed + 11);
  const triplane = { channels, height: size, width: size, data };
  const decoder = { activations, layers };
  return { triplane, decoder, field: foldTriplane(triplane, decoder) };
}
