import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type BlockField, type PointBatch, TERMS } from "../../../plugin/core/block-field.ts";
import { CancelledError, ModelError } from "../../../plugin/core/errors.ts";
import { extractSparse } from "../../../plugin/surface/blocks.ts";
import { marchSlices } from "../../../plugin/surface/marching-cubes.ts";
import {
  assertClosedManifold,
  assertSameTriangles,
  enclosedVolume,
  eulerNumber,
} from "../../helpers/mesh-invariants.ts";

type Scalar = (i: number, j: number, k: number) => number;
/** Lower and upper bound of a scalar over a box of lattice points, both ends included. */
type Range = (box: Int32Array) => readonly [number, number];

const UNKNOWN: Range = () => [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** A field given as a function of lattice indices, with constant bounds, that counts its points. */
function blockField(resolution: number, scalar: Scalar, range: Range = UNKNOWN) {
  const seen = new Set<number>();
  const every = Int32Array.of(0);
  const field: BlockField = {
    resolution,
    pieces: [every, every, every],
    bound: async (boxes) => {
      const functions = new Float64Array((boxes.length / 6) * 2 * TERMS);
      for (let n = 0; n < boxes.length / 6; n++) {
        const [low, high] = range(boxes.subarray(6 * n, 6 * n + 6));
        functions[2 * TERMS * n] = low;
        functions[2 * TERMS * n + TERMS] = high;
      }
      return functions;
    },
    evaluate: async (batch) =>
      evaluateBatch(batch, (i, j, k) => {
        const point = (i * resolution + j) * resolution + k;
        assert.not.ok(seen.has(point), `point ${point} is evaluated twice`);
        seen.add(point);
        return scalar(i, j, k);
      }),
  };
  return { field, evaluated: seen };
}

function evaluateBatch({ boxes, offsets, points }: PointBatch, scalar: Scalar): Float32Array {
  const values = new Float32Array(points.length);
  for (let n = 0; n + 1 < offsets.length; n++) {
    const [i, j, k, , j1, k1] = boxes.subarray(6 * n, 6 * n + 6);
    const [nj, nk] = [j1 - j + 1, k1 - k + 1];
    for (let p = offsets[n]; p < offsets[n + 1]; p++) {
      const row = Math.floor(points[p] / nk);
      values[p] = scalar(i + Math.floor(row / nj), j + (row % nj), k + (points[p] % nk));
    }
  }
  return values;
}

async function dense(resolution: number, scalar: Scalar) {
  const slice = (i: number) =>
    Float32Array.from({ length: resolution ** 2 }, (_, n) =>
      scalar(i, Math.floor(n / resolution), n % resolution),
    );
  const size = [resolution, resolution, resolution] as const;
  return marchSlices({ size, slice }, 0, true, (index) => index);
}

const sparse = (field: BlockField) => extractSparse(field, 0, (index) => index);

/** Signed distance to a ball; over a box it is within half a diagonal of the value at the middle. */
const ball =
  (centre: number, radius: number): Scalar =>
  (i, j, k) =>
    radius - Math.hypot(i - centre, j - centre, k - centre);

function distanceRange(scalar: Scalar): Range {
  return ([i0, j0, k0, i1, j1, k1]) => {
    const middle = scalar((i0 + i1) / 2, (j0 + j1) / 2, (k0 + k1) / 2);
    const reach = Math.hypot(i1 - i0, j1 - j0, k1 - k0) / 2;
    return [middle - reach, middle + reach];
  };
}

const test = suite("sparse extraction");

const SHAPES: Record<string, Scalar> = {
  "a ball": ball(15.3, 9.7),
  "a ball that touches the box": ball(15.5, 15.5),
  "a ball that sticks out of the box": ball(15.5, 19),
  "a sheet thinner than a cell": (i) => 0.3 - Math.abs(i - 14),
  "a cavity": (i, j, k) => -ball(15.3, 9.7)(i, j, k),
  "a single point": (i, j, k) => 0.5 - Math.hypot(i - 3, j - 29, k - 31),
  everything: () => 1,
  nothing: () => -1,
};

for (const [name, scalar] of Object.entries(SHAPES)) {
  for (const [bounds, range] of [
    ["with", distanceRange(scalar)],
    ["without", UNKNOWN],
  ] as const) {
    test(`${name}, ${bounds} bounds: closed and equal to the dense grid`, async () => {
      const resolution = 32;
      const mesh = await sparse(blockField(resolution, scalar, range).field);
      const expected = await dense(resolution, scalar);
      assertClosedManifold(mesh);
      assertSameTriangles(mesh, expected, name);
      assert.is(mesh.activeCells, expected.activeCells);
      assert.is(mesh.misses, 0);
    });
  }
}

test("a ball of 64 cells costs a small share of the points, and has its volume", async () => {
  const resolution = 96;
  const scalar = ball(47.5, 32);
  const { field, evaluated } = blockField(resolution, scalar, distanceRange(scalar));
  const mesh = await sparse(field);
  const volume = (4 / 3) * Math.PI * 32 ** 3;
  assert.is(eulerNumber(mesh), 2);
  // A chord of one cell is off the sphere by 1 / (8 * 32) cells: 0.1% of the radius at most.
  assert.ok(Math.abs(enclosedVolume(mesh) / volume - 1) < 0.005);
  assert.is(mesh.evaluatedPoints, evaluated.size);
  // The bounds reach 5 cells, so a shell 10 cells thick is left: 4 pi 32^2 * 10 = 15% of the box.
  assert.ok(evaluated.size < 0.15 * resolution ** 3, `${evaluated.size} points`);
});

test("wrong bounds are counted as misses and leave the surface closed", async () => {
  const scalar = ball(15.3, 9.7);
  const half: Range = (box) => (box[0] >= 16 ? [-2, -1] : distanceRange(scalar)(box));
  const mesh = await sparse(blockField(32, scalar, half).field);
  assertClosedManifold(mesh);
  assert.ok(mesh.misses > 0);
  assertSameTriangles(mesh, await dense(32, scalar), "followed from the right half");
});

test("a value that is not finite is refused with its place", async () => {
  const scalar: Scalar = (i, j, k) => (i === 20 && j === 7 && k === 31 ? Number.NaN : 1);
  try {
    await sparse(blockField(32, scalar).field);
    assert.unreachable("accepted");
  } catch (error) {
    assert.instance(error, ModelError);
    assert.match(String(error), "(20, 7, 31) is NaN");
  }
});

test("an abort ends it, and progress rises from 0 to 1", async () => {
  const scalar = ball(15.3, 9.7);
  const progress: number[] = [];
  const record = (fraction: number) => progress.push(fraction);
  const { field } = blockField(32, scalar);
  await extractSparse(field, 0, (index) => index, { onProgress: record });
  assert.equal(
    progress,
    [...progress].sort((a, b) => a - b),
  );
  assert.is(progress.at(-1), 1);

  const abort = new AbortController();
  const stop = (fraction: number) => fraction > 0.5 && abort.abort();
  try {
    const options = { signal: abort.signal, onProgress: stop };
    await extractSparse(blockField(32, scalar).field, 0, (index) => index, options);
    assert.unreachable("not cancelled");
  } catch (error) {
    assert.instance(error, CancelledError);
  }
});

test("the smallest lattice of eight points works", async () => {
  const mesh = await sparse(blockField(2, (i, j, k) => (i + j + k === 0 ? 1 : -1)).field);
  assertClosedManifold(mesh);
  assert.is(eulerNumber(mesh), 2);
});

test.run();
