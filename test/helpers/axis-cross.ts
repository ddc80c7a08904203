import { elementCount } from "../../plugin/graph/shapes.ts";
import type { Shape } from "../../plugin/graph/tensor.ts";
import type { ModelSizes } from "../../plugin/models/families/config.ts";

/**
 * Weights with which a model of any family, whatever the picture, sees one object: three arms from a
 * cube, the longest to the picture's right, a shorter one upwards, the shortest to the
 * viewer. Every block of the network adds nothing, the planes hold the object's three silhouettes,
 * and the decoder is dense where all three agree.
 */
export function axisCrossWeights(sizes: ModelSizes): (name: string, shape: Shape) => Float32Array {
  const { channels } = sizes.transformer;
  return (name, shape) => {
    const values = new Float32Array(elementCount(shape));
    const isLast = name.includes(`.${2 * (sizes.decoder.layers - 1)}.`);
    if (POSITIONS.test(name)) return tokenRows(sizes);
    if (name === "tokenizer.embeddings") return tokenImages(sizes);
    if (name === "transformer.norm.weight") return values.fill(1);
    if (UPSAMPLING.test(name)) return values.fill(1, 0, 4); // channel 0 of planes from that of tokens
    if (!DECODER.test(name)) return values;
    if (name.endsWith("bias")) return isLast ? values.fill(BASE_DENSITY, 0, 1) : values;
    if (name.endsWith("layers.0.weight") || name.endsWith("net.0.weight")) {
      for (const plane of [0, 1, 2]) values[plane * channels] = SUM_SCALE;
      return values;
    }
    return values.fill(isLast ? DENSITY_SLOPE : 1, 0, 1);
  };
}

const POSITIONS = /^(transformer\.)?pos_embed$/;
const UPSAMPLING = /(deconv|upsampler|upsample)\.weight$/;
const DECODER = /^(synthesizer\.decoder\.net|decoder\.layers)\./;

// The silhouettes are 1 inside and -1 outside: their sum is 3 where all agree and at most 1 elsewhere.
// The hidden layers pass 10 times the sum on (SiLU is all but the identity there), so that the raw
// density goes from at most -3 over 4 at a sum of 2.75 to 5.
const SUM_SCALE = 10;
const DENSITY_SLOPE = 0.4;
const BASE_DENSITY = -7;

/** The cube, on every axis; in halves of the box, which is a multiple of a token's size. */
const CUBE = [-0.5, 0] as const;
/** Where the arms end: to the right, upwards, to the viewer. */
const ARM_ENDS = [0.75, 0.5, 0.25] as const;
/** Of the object as a whole, in the same order. */
export const CROSS_EXTENTS: readonly number[] = ARM_ENDS.map((end) => end - CUBE[0]);

type Point = readonly [right: number, up: number, front: number];

/** Model coordinates as picture right, up and to the viewer; from the families' published frames. */
const TO_PICTURE: Readonly<
  Record<ModelSizes["family"], (x: number, y: number, z: number) => Point>
> = {
  vfusion3d: (x, y, z) => [y, z, x],
  triposr: (x, y, z) => [y, z, x],
  openlrm: (x, y, z) => [x, z, -y],
};

function isInside(point: Point): boolean {
  const inAnArm = point.filter((value) => value > CUBE[1]).length;
  return inAnArm <= 1 && point.every((value, axis) => value > CUBE[0] && value < ARM_ENDS[axis]);
}

/** 1 or -1 for token (row, column) of a plane: whether the line through it meets the object. */
function silhouette(
  { family, transformer }: ModelSizes,
  plane: number,
  row: number,
  column: number,
): number {
  const { tokenSide } = transformer;
  const centre = (index: number): number => (2 * (index + 0.5)) / tokenSide - 1;
  const [across, down] = [centre(column), centre(row)];
  const along = Array.from({ length: tokenSide }, (_, index) => centre(index));
  const hit = along.some((depth) => {
    const thirdPlane = family === "triposr" ? [depth, across, down] : [depth, down, across];
    const points = [[across, down, depth], [across, depth, down], thirdPlane];
    const [x, y, z] = points[plane];
    return isInside(TO_PICTURE[family](x, y, z));
  });
  return hit ? 1 : -1;
}

/** (1, 3 L L, D): a token is s, -s, s, -s ..., which a layer norm leaves as it is. */
function tokenRows(sizes: ModelSizes): Float32Array {
  const { tokenSide: side, width } = sizes.transformer;
  return Float32Array.from({ length: 3 * side * side * width }, (_, i) => {
    const token = Math.floor(i / width);
    const [plane, cell] = [Math.floor(token / side ** 2), token % side ** 2];
    const sign = silhouette(sizes, plane, Math.floor(cell / side), cell % side);
    return i % 2 === 0 ? sign : -sign;
  });
}

/** (3, D, L, L) */
function tokenImages(sizes: ModelSizes): Float32Array {
  const { tokenSide: side, width } = sizes.transformer;
  return Float32Array.from({ length: 3 * width * side * side }, (_, i) => {
    const cell = i % side ** 2;
    const plane = Math.floor(i / (width * side ** 2));
    return silhouette(sizes, plane, Math.floor(cell / side), cell % side);
  });
}
