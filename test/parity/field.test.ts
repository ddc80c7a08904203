import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Activations, Decoder, Triplane } from "../../plugin/core/field.ts";
import { densityOfRaw } from "../../plugin/core/field.ts";
import { foldTriplane } from "../../plugin/field/fold.ts";
import { createLatticeField } from "../../plugin/field/lattice.ts";
import { latticeCoordinate } from "../../plugin/field/lattice-texels.ts";
import { referenceKernels } from "../../plugin/kernels/reference.ts";
import { assertAllClose, assertReference, det, fill } from "../helpers/det.ts";
import { RELU_ACTIVATIONS, SILU_ACTIVATIONS } from "../helpers/fields.ts";
import { evaluateUnfolded, sampleTriplane } from "../helpers/unfolded-field.ts";

/** The reference numbers are printed with six decimals. */
const VALUE_TOLERANCE = 2e-5;

const POINTS = Float32Array.of(0.3, -0.2, 0.55, -1, 1, 0, 0.99, 0.9, -0.95);

const RELU_SIZES = [6, 64, 64, 64, 4];
const SILU_SIZES = [6, 8, 8, 8, 4];

function referenceTriplane(scale: number): Triplane {
  return { channels: 2, height: 4, width: 4, data: det([1, 3, 2, 4, 4], 5, scale) };
}

/** A decoder of layers `prefix`.0, `prefix`.2 and so on with `fill` weights. */
function referenceDecoder(prefix: string, sizes: number[], activations: Activations): Decoder {
  const names = sizes.slice(1).map((rows, i) => ({
    name: `${prefix}.${2 * i}`,
    rows,
    columns: sizes[i],
  }));
  const tensors = fill(
    new Map(
      names.flatMap(({ name, rows, columns }): [string, readonly number[]][] => [
        [`${name}.weight`, [rows, columns]],
        [`${name}.bias`, [rows]],
      ]),
    ),
    0.5,
  );
  const read = (name: string) => tensors.get(name) ?? assert.unreachable(`no tensor ${name}`);
  return {
    activations,
    layers: names.map(({ name, rows, columns }) => ({
      rows,
      columns,
      weight: read(`${name}.weight`) as Float32Array,
      bias: read(`${name}.bias`) as Float32Array,
    })),
  };
}

const reluDecoder = () => referenceDecoder("net", RELU_SIZES, RELU_ACTIVATIONS);

const test = suite("parity, field");

test("parity case 5: planes are sampled as the reference does", () => {
  const perPoint = [0, 1, 2].map((n) =>
    sampleTriplane(referenceTriplane(1), POINTS[3 * n], POINTS[3 * n + 1], POINTS[3 * n + 2]),
  );
  const byPlane = [0, 1, 2].flatMap((plane) =>
    perPoint.flatMap((features) => [...features.subarray(2 * plane, 2 * plane + 2)]),
  );
  const expected = [
    [-0.137024, 0.511808, -0.000932, 0.00118, 0.251325, 0.216772],
    [-0.56537, -0.349337, 0.390077, -0.301316, -0.162837, -0.0259],
    [-0.247316, 0.047783, 0.250345, 0.091967, -0.187623, 0.188634],
  ].flat();
  assertAllClose("samples", byPlane, expected, VALUE_TOLERANCE);
});

test("parity case 6: density and colour of three points, unfolded and folded", async () => {
  const triplane = referenceTriplane(1);
  const decoder = reluDecoder();
  const expected = [
    [0.400004, 0.825489, 0.975593, 0.542927],
    [0.473973, 0.953998, 0.916636, 0.744977],
    [0.243619, 0.836176, 0.937158, 0.588418],
  ].flat();
  const folded = await referenceKernels.evaluate(foldTriplane(triplane, decoder), POINTS);
  assertAllClose(
    "unfolded",
    evaluateUnfolded(triplane, decoder, POINTS),
    expected,
    VALUE_TOLERANCE,
  );
  assertAllClose("folded", folded, expected, VALUE_TOLERANCE);
});

test("parity case 18: a 5 x 5 x 5 lattice, by points and by lattice evaluation", async () => {
  const resolution = 5;
  const field = foldTriplane(referenceTriplane(4), reluDecoder());
  const points = new Float32Array(3 * resolution ** 3);
  for (let n = 0; n < resolution ** 3; n++) {
    const indices = [Math.floor(n / 25), Math.floor(n / 5) % 5, n % 5];
    points.set(
      indices.map((i) => latticeCoordinate(i, resolution)),
      3 * n,
    );
  }
  const values = await referenceKernels.evaluate(field, points);
  const density = values.filter((_, i) => i % 4 === 0);
  assertReference(
    density.map((raw) => densityOfRaw(raw, "softplus")),
    {
      sum: 53.69961,
      absSum: 53.69961,
      first: [0.04499, 0.090955, 0.62196, 0.369876],
      last: 0.419731,
    },
  );
  const colours = values.filter((_, i) => i % 4 !== 0);
  assertReference(colours, { sum: 281.893529, absSum: 281.893529, first: [] });

  const onLattice = await createLatticeField(field, resolution).evaluate({
    boxes: Int32Array.of(0, 0, 0, 4, 4, 4),
    offsets: Uint32Array.of(0, 125),
    points: Uint16Array.from({ length: 125 }, (_, i) => i),
  });
  assert.equal(onLattice, density, "lattice evaluation is bitwise that of points");
});

test("parity case 22: TripoSR's query, SiLU layers, exp density and plain sigmoid", async () => {
  const radius = 0.87;
  const points = Float32Array.of(0.3, -0.2, 0.55, -0.87, 0.87, 0, 0.8, 0.7, -0.6);
  const triplane = withThirdPlaneTransposed(referenceTriplane(4));
  const decoder = referenceDecoder("layers", SILU_SIZES, SILU_ACTIVATIONS);
  const scaled = points.map((coordinate) => coordinate / radius);
  const expected = [
    [0.413936, 0.475243, 0.603845, 0.558982],
    [0.291869, 0.48278, 0.569222, 0.575256],
    [0.312041, 0.482448, 0.570442, 0.5722],
  ].flat();
  const values = await referenceKernels.evaluate(foldTriplane(triplane, decoder), scaled);
  const unfolded = evaluateUnfolded(triplane, decoder, scaled);
  assertAllClose("unfolded", unfolded, expected, VALUE_TOLERANCE);
  assertAllClose("folded", values, expected, VALUE_TOLERANCE);
  const density = [0, 4, 8].map((n) => densityOfRaw(values[n], "exp"));
  assertAllClose("activated density", density, [0.556513, 0.492564, 0.502601], VALUE_TOLERANCE);
});

/** TripoSR reads its third plane at (y, z), the field at (z, y). */
function withThirdPlaneTransposed(triplane: Triplane): Triplane {
  const { channels, height, width } = triplane;
  const data = triplane.data.slice();
  const size = height * width;
  for (let c = 2 * channels; c < 3 * channels; c++) {
    for (let texel = 0; texel < size; texel++) {
      const [row, column] = [Math.floor(texel / width), texel % width];
      data[c * size + column * height + row] = triplane.data[c * size + texel];
    }
  }
  return { ...triplane, data };
}

test.run();
