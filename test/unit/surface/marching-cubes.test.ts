import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import { referenceKernels } from "../../../plugin/kernels/reference.ts";
import { marchSlices } from "../../../plugin/surface/marching-cubes.ts";
import { assertClose, det } from "../../helpers/det.ts";
import {
  assertClosedManifold,
  enclosedVolume,
  eulerNumber,
} from "../../helpers/mesh-invariants.ts";

type Size = readonly [number, number, number];

const march = (volume: Float32Array, size: Size, iso = 0, closed = true) =>
  referenceKernels.marchingCubes(volume, size, iso, closed);

/** Samples `field` at grid points, coordinates -1..1. */
function sample(points: number, field: (x: number, y: number, z: number) => number): Float32Array {
  const at = (i: number) => -1 + (2 * i) / (points - 1);
  return Float32Array.from({ length: points ** 3 }, (_, n) =>
    field(at(Math.floor(n / points ** 2)), at(Math.floor(n / points) % points), at(n % points)),
  );
}

const test = suite("marching cubes");

test("every sign pattern of two neighbouring cells gives a closed manifold, along each axis", async () => {
  for (const size of [
    [2, 2, 3],
    [2, 3, 2],
    [3, 2, 2],
  ] as const) {
    for (let signs = 0; signs < 4096; signs++) {
      const volume = Float32Array.from({ length: 12 }, (_, n) => ((signs >> n) & 1) * 2 - 1);
      assertClosedManifold(await marchNow(volume, size), `${size.join(" x ")}, signs ${signs}`);
    }
  }
});

test("random signs give a closed manifold", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const volume = det([6, 7, 8], seed).map(Math.sign);
    assertClosedManifold(await marchNow(volume, [6, 7, 8]), `seed ${seed}`);
  }
});

/** Without the kernels' turn of the event loop per slice. */
const marchNow = (volume: Float32Array, size: Size) => {
  const slice = (i: number) => volume.subarray(i * size[1] * size[2], (i + 1) * size[1] * size[2]);
  return marchSlices({ size, slice }, 0, true, (index) => index);
};

/** A chord of an edge of length h is off a radius r by h^2 / 8r: below 2% of volume here. */
const CHORD_TOLERANCE = 0.02;

test("a sphere has Euler number 2 and its volume", async () => {
  const n = 33;
  const mesh = await march(
    sample(n, (x, y, z) => 0.7 - Math.hypot(x, y, z)),
    [n, n, n],
  );
  const expected = (4 / 3) * Math.PI * (0.7 * (n - 1) * 0.5) ** 3;
  assertClosedManifold(mesh);
  assert.is(eulerNumber(mesh), 2);
  assertClose("volume", enclosedVolume(mesh), expected, CHORD_TOLERANCE * expected);
});

test("a torus has Euler number 0 and its volume", async () => {
  const n = 41;
  const torus = (x: number, y: number, z: number) => 0.25 - Math.hypot(Math.hypot(x, y) - 0.6, z);
  const mesh = await march(sample(n, torus), [n, n, n]);
  const expected = 2 * Math.PI ** 2 * 0.6 * 0.25 ** 2 * ((n - 1) / 2) ** 3;
  assertClosedManifold(mesh);
  assert.is(eulerNumber(mesh), 0);
  assertClose("volume", enclosedVolume(mesh), expected, CHORD_TOLERANCE * expected);
});

test("a surface that leaves the grid is capped flat on the grid's faces", async () => {
  const n = 5;
  const mesh = await march(new Float32Array(n ** 3).fill(1), [n, n, n]);
  assertClosedManifold(mesh);
  assert.is(Math.min(...mesh.positions), 0);
  assert.is(Math.max(...mesh.positions), n - 1);
  assert.is(enclosedVolume(mesh), (n - 1) ** 3);
});

test("unless closed, it ends on the grid's faces", async () => {
  const n = 9;
  const size = [n, n, n] as const;
  const mesh = await march(
    sample(n, (x) => 0.1 - x),
    size,
    0,
    false,
  );
  assert.is(mesh.triangles.length / 3, 2 * (n - 1) ** 2, "a plane, two triangles per cell");
  const inside = await march(new Float32Array(n ** 3).fill(1), size, 0, false);
  assert.is(inside.triangles.length, 0);
});

test("nothing inside gives an empty mesh", async () => {
  const mesh = await march(new Float32Array(27), [3, 3, 3]);
  assert.equal([mesh.positions.length, mesh.triangles.length], [0, 0]);
});

test("a value equal to the iso level is outside", async () => {
  const volume = new Float32Array(27).fill(0.5);
  assert.is((await march(volume, [3, 3, 3], 0.5)).triangles.length, 0);
});

test("vertices lie where the linear interpolant meets the level", async () => {
  const volume = Float32Array.of(3, -1, 3, -1, 3, -1, 3, -1);
  const { positions } = await march(volume, [2, 2, 2], 0, false);
  assert.equal(
    [...positions].filter((_, i) => i % 3 === 2),
    [0.75, 0.75, 0.75, 0.75],
  );
});

for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`a value of ${bad} is refused with its place`, async () => {
    const volume = new Float32Array(60);
    volume[3 * 20 - 1] = bad;
    volume[1 * 20 + 2 * 5 + 3] = bad;
    try {
      await march(volume, [3, 4, 5]);
      assert.unreachable("accepted");
    } catch (error) {
      assert.instance(error, ModelError);
      assert.match(String(error), `(1, 2, 3) is ${bad}`);
    }
  });
}

test.run();
