import { mat4 } from "gl-matrix";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  azimuthsAround,
  type Camera,
  cameraRays,
  lookAt,
  normalisePoses,
  orbitCamera,
  type PixelWindow,
} from "../../plugin/core/camera.ts";
import type { Activations, Decoder, FoldedField } from "../../plugin/core/field.ts";
import { overGrey, type Rendering } from "../../plugin/core/rendering.ts";
import type { ViewConvention } from "../../plugin/core/view-convention.ts";
import { foldTriplane } from "../../plugin/field/fold.ts";
import { referenceKernels } from "../../plugin/kernels/reference.ts";
import { boxPassages } from "../../plugin/render/box.ts";
import { importanceSamples } from "../../plugin/render/importance.ts";
import { assertAllClose, assertReference, det, fill } from "../helpers/det.ts";
import { RELU_ACTIVATIONS } from "../helpers/fields.ts";

/** The reference numbers are printed with six decimals and come from f32 arithmetic. */
const VALUE_TOLERANCE = 2e-5;

const SILU_ACTIVATIONS: Activations = { hidden: "silu", density: "exp", colour: [0, 1] };

const VFUSION3D = { marcher: "importance", samples: 16, boxRadius: 1 } as const;

const TRIPOSR: ViewConvention = {
  marcher: "uniform",
  samples: 8,
  boxRadius: 0.87,
  fieldOfView: (40 * Math.PI) / 180,
  orbitRadius: 1.9,
  orbitElevation: (20 * Math.PI) / 180,
};

const OPENLRM: ViewConvention = {
  marcher: "importance",
  samples: 96,
  boxRadius: 1,
  fieldOfView: 2 * Math.atan(0.5 / 0.75),
  orbitRadius: 2,
  orbitElevation: Math.asin(0.8 / 2),
};

/** Weights as the parity cases fill them; layer i is named by `nameOf`. */
function filledDecoder(
  widths: readonly number[],
  nameOf: (layer: number) => string,
  activations: Activations,
): Decoder {
  const shapes = widths.slice(1).flatMap((rows, i): [string, number[]][] => [
    [`${nameOf(i)}.weight`, [rows, widths[i]]],
    [`${nameOf(i)}.bias`, [rows]],
  ]);
  const tensors = fill(new Map(shapes), 0.5);
  const read = (name: string) => tensors.get(name) ?? new Float32Array(0);
  return {
    activations,
    layers: widths.slice(1).map((rows, i) => ({
      rows,
      columns: widths[i],
      weight: read(`${nameOf(i)}.weight`),
      bias: read(`${nameOf(i)}.bias`),
    })),
  };
}

const PLANES = { channels: 2, height: 4, width: 4 };

function vfusion3dField(): FoldedField {
  const decoder = filledDecoder([6, 64, 64, 64, 4], (i) => `net.${2 * i}`, RELU_ACTIVATIONS);
  return foldTriplane({ ...PLANES, data: det([3, 2, 4, 4], 5, 4) }, decoder);
}

/** TripoSR's third plane is (y, z); ours is (z, y), so it is transposed. */
function triposrField(): FoldedField {
  const data = det([3, 2, 4, 4], 5, 4);
  for (let channel = 4; channel < 6; channel++) {
    const plane = data.slice(16 * channel, 16 * channel + 16);
    for (let i = 0; i < 16; i++) data[16 * channel + i] = plane[4 * (i % 4) + Math.floor(i / 4)];
  }
  const decoder = filledDecoder([6, 8, 8, 8, 4], (i) => `layers.${2 * i}`, SILU_ACTIVATIONS);
  return foldTriplane({ ...PLANES, data }, decoder);
}

const CAMERA_16: Camera = {
  pose: lookAt([1.5 * Math.cos(0.4), 1.5 * Math.sin(0.4), 0.3], [0, 0, 0], [0, 0, 1]),
  focal: [0.75, 0.75],
  centre: [0.5, 0.5],
};

/** A pose's rows [R | t]. */
function rowsOf(pose: ArrayLike<number>): number[] {
  return [0, 1, 2].flatMap((row) => [0, 1, 2, 3].map((column) => pose[4 * column + row]));
}

/** (N, 3) as the reference stores it: (3, N). */
function planar(rgb: Float32Array): number[] {
  const count = rgb.length / 3;
  return Array.from(rgb, (_, i) => rgb[3 * (i % count) + Math.floor(i / count)]);
}

function render17(window?: PixelWindow): Promise<Rendering> {
  const rays = cameraRays(CAMERA_16, { width: 6, height: 6 }, window);
  return referenceKernels.render(vfusion3dField(), { rays, march: VFUSION3D });
}

const test = suite("parity, cameras and rendering");

test("parity case 13: rays of the canonical camera", () => {
  const pose = mat4.fromValues(0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1.5, 0, 0, 1);
  const camera: Camera = { ...CAMERA_16, pose };
  const { origins, directions } = cameraRays(camera, { width: 4, height: 4 });
  const at = (row: number, column: number) =>
    directions.subarray(3 * (4 * row + column)).slice(0, 3);
  assertAllClose("0, 0", at(0, 0), [-0.816497, -0.408248, 0.408248], VALUE_TOLERANCE);
  assertAllClose("0, 3", at(0, 3), [-0.816497, 0.408248, 0.408248], VALUE_TOLERANCE);
  assertAllClose("3, 0", at(3, 0), [-0.816497, -0.408248, -0.408248], VALUE_TOLERANCE);
  assert.equal(origins.slice(0, 3), Float32Array.of(1.5, 0, 0));
});

test("parity case 14: where rays enter and leave the box", () => {
  const unit = (x: number, y: number, z: number) => [x, y, z].map((v) => v / Math.hypot(x, y, z));
  const rays = {
    origins: Float32Array.of(1.5, 0.2, 0.1, 1.5, 0, 0, 1.5, 0, 3, 0.2, 0.1, 0.3),
    directions: Float32Array.from([
      ...unit(-1, -0.1, 0.05),
      ...unit(-1, 0, 0),
      ...unit(-1, 0, 0),
      ...unit(0.3, 0.4, -0.5),
    ]),
  };
  const { near, far } = boxPassages({ rays, march: VFUSION3D });
  assertAllClose("near", near, [0.503115, 0.5, -1, -0.989949], VALUE_TOLERANCE);
  assertAllClose("far", far, [2.515576, 2.5, -2, 1.59099], VALUE_TOLERANCE);
});

test("parity case 15: importance samples", () => {
  const fine = new Float32Array(6);
  importanceSamples(
    Float32Array.from({ length: 8 }, (_, i) => 1 + 0.2 * i),
    Float64Array.of(0.05, 0.3, 0.02, 0.4, 0.1, 0, 0.01),
    Float64Array.of(0, 0.1, 0.35, 0.5, 0.77, 0.999),
    fine,
  );
  const expected = [1.1, 1.190645, 1.400974, 1.515856, 1.70143, 2.095677];
  assertAllClose("distances", fine, expected, VALUE_TOLERANCE);
});

test("parity case 16: a camera that looks at the centre", () => {
  const expected = [
    [-0.389418, -0.180635, 0.903175, 1.381591],
    [0.921061, -0.076371, 0.381856, 0.584127],
    [0, 0.980581, 0.196116, 0.3],
  ];
  assertAllClose("pose", rowsOf(CAMERA_16.pose), expected.flat(), VALUE_TOLERANCE);
});

test("parity case 17: a whole picture by the importance marcher", async () => {
  const rendering = await render17();
  assertReference(planar(overGrey(rendering, 1)), {
    sum: 89.992406,
    absSum: 89.992406,
    first: [0.950609, 0.670986, 0.950659, 0.966626, 0.915484, 0.712445],
    last: 0.777573,
  });
  assertReference(rendering.opacity, {
    sum: 22.698927,
    absSum: 22.698927,
    first: [0.173081, 0.701213, 0.355859, 0.714953],
  });
  assertReference(rendering.depth, {
    sum: 41.272527,
    absSum: 41.272527,
    first: [1.095109, 1.65179, 1.260026, 1.343728],
  });
});

test("parity case 17b: a window of it has the same pixels", async () => {
  const whole = await render17();
  const window = await render17({ left: 2, top: 1, width: 3, height: 3 });
  assertReference(planar(overGrey(window, 1)), {
    sum: 23.476073,
    absSum: 23.476073,
    first: [0.923761, 0.960543, 0.875142],
  });
  assertReference(window.opacity, { sum: 6.400968, absSum: 6.400968, first: [] });
  assertReference(window.depth, { sum: 9.49576, absSum: 9.49576, first: [] });
  for (let n = 0; n < 9; n++) {
    const pixel = 6 * (1 + Math.floor(n / 3)) + 2 + (n % 3);
    assert.is(window.opacity[n], whole.opacity[pixel]);
    assert.equal(window.rgb.slice(3 * n, 3 * n + 3), whole.rgb.slice(3 * pixel, 3 * pixel + 3));
  }
});

test("parity case 23: TripoSR's cameras", () => {
  const rays = azimuthsAround(4).map((azimuth) =>
    cameraRays(orbitCamera(TRIPOSR, ["y", "z", "x"], azimuth), { width: 4, height: 4 }),
  );
  const [first] = rays;
  assertAllClose("origin", first.origins.slice(0, 3), [1.785416, 0, 0.649838], VALUE_TOLERANCE);
  assertAllClose(
    "direction",
    first.directions.slice(0, 3),
    [-0.963735, -0.25466, -0.079767],
    VALUE_TOLERANCE,
  );
  const sum = rays.flatMap(({ directions }) => [...directions]).reduce((a, b) => a + b, 0);
  assertAllClose("sum", [sum], [-21.05056], 1e-4 * 21.05056);
});

test("parity case 24: a picture by the uniform marcher", async () => {
  const camera = orbitCamera(TRIPOSR, ["y", "z", "x"], azimuthsAround(4)[1]);
  const rays = cameraRays(camera, { width: 4, height: 4 });
  const { near, far } = boxPassages({ rays, march: TRIPOSR });
  assertAllClose("passage", [near[0], far[0]], [0.950765, 2.754435], VALUE_TOLERANCE);
  const rendering = await referenceKernels.render(triposrField(), { rays, march: TRIPOSR });
  assertReference(overGrey(rendering, 1), {
    sum: 39.174615,
    absSum: 39.174615,
    first: [0.78388, 0.833477, 0.816969, 0.776797],
  });
});

test("parity case 30: poses normalised to the first", () => {
  const look = (x: number, y: number, z: number) => lookAt([x, y, z], [0, 0, 0], [0, 0, 1]);
  const [first, second] = normalisePoses([look(1.2, -1.6, 0.9), look(-2, 0.5, 0.4)]);
  const canonical = [1, 0, 0, 0, 0, 0, -1, -2.19317, 0, 1, 0, 0];
  const moved = [
    [-0.77611, 0.12011, -0.61905, -1.3],
    [-0.57505, -0.53766, 0.61663, 1.29493],
    [-0.25877, 0.83456, 0.48636, 1.02135],
  ];
  assertAllClose("first", rowsOf(first), canonical, VALUE_TOLERANCE);
  assertAllClose("second", rowsOf(second), moved.flat(), VALUE_TOLERANCE);
});

test("parity case 31: OpenLRM's orbit, whose last view is its first", () => {
  const poses = [0, 1, 2, 3].map(
    (k) => orbitCamera(OPENLRM, ["x", "z", "-y"], (2 * Math.PI * k) / 3).pose,
  );
  const positions = poses.flatMap((pose) => [pose[12], pose[13], pose[14]]);
  const expected = [
    [0, -1.83303, 0.8],
    [1.58745, 0.91652, 0.8],
    [-1.58745, 0.91652, 0.8],
    [0, -1.83303, 0.8],
  ];
  assertAllClose("positions", positions, expected.flat(), VALUE_TOLERANCE);
  const rotation = rowsOf(poses[0]).filter((_, i) => i % 4 !== 3);
  assertAllClose(
    "rotation",
    rotation,
    [1, 0, 0, 0, 0.4, -0.91652, 0, 0.91652, 0.4],
    VALUE_TOLERANCE,
  );
});

test.run();
