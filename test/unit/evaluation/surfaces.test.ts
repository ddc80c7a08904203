import { mat4, quat } from "gl-matrix";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { TriangleMesh } from "../../../plugin/core/mesh.ts";
import { PointTree } from "../../../plugin/evaluation/surfaces/point-tree.ts";
import { sampleSurface } from "../../../plugin/evaluation/surfaces/sample.ts";
import {
  fitSimilarity,
  type Similarity,
  transformPoints,
} from "../../../plugin/evaluation/surfaces/similarity.ts";
import { surfaceDistance } from "../../../plugin/evaluation/surfaces/surface-distance.ts";
import { assertAllClose, assertClose, det } from "../../helpers/det.ts";
import { box, join, levelSet, meshOf, sphereField, torus } from "../../helpers/surfaces.ts";

const test = suite("evaluation/surfaces");

/** Positions are f32. */
const ROUNDING = 1e-5;
/** Registration ends when a step gains less than a thousandth of the distance. */
const REGISTRATION = 2e-3;
/** Between a comparison and the same with its sides exchanged. */
const EXCHANGE = 0.2;

function similarity(scale: number, degrees: readonly number[], shift: readonly number[]) {
  const [x, y, z] = degrees;
  const [dx, dy, dz] = shift;
  const transform: Similarity = new Float64Array(16);
  const turn = quat.fromEuler(quat.create(), x, y, z);
  mat4.fromRotationTranslationScale(transform, turn, [dx, dy, dz], [scale, scale, scale]);
  return transform;
}

function moved({ positions, triangles }: TriangleMesh, transform: Similarity): TriangleMesh {
  return { positions: transformPoints(positions, transform), triangles };
}

/** Without symmetry: a long block, a high one on one end and a wide one on the other. */
const BLOCKS = join(
  box([-1, -0.2, -0.2], [1, 0.2, 0.2]),
  box([0.6, 0.2, -0.1], [0.9, 0.9, 0.2]),
  box([-0.9, -0.1, 0.2], [-0.4, 0.2, 0.6]),
);

test("the nearest point is exact", () => {
  const points = det([500, 3], 7);
  const tree = new PointTree(points);
  const queries = det([200, 3], 8, 1.5);
  for (let q = 0; q < queries.length; q += 3) {
    const squared = (i: number) =>
      [0, 1, 2].reduce((sum, axis) => sum + (points[3 * i + axis] - queries[q + axis]) ** 2, 0);
    const all = Array.from({ length: 500 }, (_, i) => squared(i));
    const found = tree.nearestTo(queries[q], queries[q + 1], queries[q + 2]);
    assert.is(squared(found), Math.min(...all));
  }
});

test("samples lie on the surface, in proportion to area, the same for the same seed", () => {
  // Areas 1/2 at z = 0 and 2 at z = 1.
  const mesh = meshOf([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 1, 0, 2, 1], [0, 1, 2, 3, 4, 5]);
  const points = sampleSurface(mesh, 1000, 3);
  let low = 0;
  for (let at = 0; at < points.length; at += 3) {
    const [x, y, z] = points.subarray(at, at + 3);
    const side = z === 0 ? 1 : 2;
    assert.ok(x >= 0 && y >= 0 && x + y <= side + ROUNDING, `(${x}, ${y}, ${z})`);
    low += z === 0 ? 1 : 0;
  }
  assert.ok(Math.abs(low - 200) <= 1, `${low} of 200`);
  assert.equal(points, sampleSurface(mesh, 1000, 3));
  assert.not.equal(points, sampleSurface(mesh, 1000, 4));
  assert.throws(() => sampleSurface(meshOf([0, 0, 0], [0, 0, 0]), 10, 1), /no area/);
});

test("a similarity is found from pairs of points", () => {
  const points = det([50, 3], 9);
  for (const transform of [
    similarity(1, [0, 0, 0], [0, 0, 0]),
    similarity(2.5, [40, -70, 160], [1, -2, 3]),
    similarity(0.1, [180, 0, 0], [0, 5, 0]),
  ]) {
    const fitted = fitSimilarity(points, transformPoints(points, transform));
    assertAllClose("transform", fitted, transform, ROUNDING * 10);
  }
});

test("a surface is at distance 0 from itself, wherever and however large it stands", () => {
  const placed = moved(BLOCKS, similarity(3, [0, 0, 0], [10, 20, 30]));
  const { chamfer, fScores } = surfaceDistance(placed, BLOCKS);
  assertClose("Chamfer distance", chamfer, 0, ROUNDING);
  assert.equal(fScores, [1, 1, 1]);
});

test("registration undoes a tilt, as of a picture taken from above", () => {
  const tilted = moved(BLOCKS, similarity(0.7, [20, 10, 0], [0.3, 0, 0]));
  const { chamfer, fScores } = surfaceDistance(tilted, BLOCKS);
  assertClose("Chamfer distance", chamfer, 0, REGISTRATION);
  assert.equal(fScores, [1, 1, 1]);
});

test("a longer and a shorter prediction are about equally far: registration does not shrink", () => {
  const bar = (length: number) => box([-length, -0.2, -0.2], [length, 0.2, 0.2]);
  const longer = surfaceDistance(bar(1), bar(0.8));
  const shorter = surfaceDistance(bar(0.8), bar(1));
  const inTruthsUnits = longer.chamfer * 0.8;
  assertClose("Chamfer distances", inTruthsUnits, shorter.chamfer, EXCHANGE * shorter.chamfer);
});

test("distances between spheres of one centre, unregistered, are the difference of radii", () => {
  const sphere = (radius: number) => levelSet(sphereField(radius), 48);
  const options = { alignment: "truth-box" } as const;
  // The truth's radius becomes 1, so the prediction's 1.15 and every distance 0.15.
  const { chamfer, fScores } = surfaceDistance(sphere(0.69), sphere(0.6), options);
  assertClose("Chamfer distance", chamfer, 0.15, 0.005); // facets of the 48-point lattice
  assert.equal(fScores, [0, 1, 1]);
});

test("the F-score is the harmonic mean of precision and recall", () => {
  // Truth: two equal plates, 2 apart. Prediction: one of them. Precision 1, recall 1/2.
  const plate = (x: number) => [x, -0.5, -0.5, x, 0.5, -0.5, x, 0, 0.5];
  const truth = meshOf([...plate(-1), ...plate(1)], [0, 1, 2, 3, 4, 5]);
  const prediction = meshOf(plate(-1), [0, 1, 2]);
  const { chamfer, fScores } = surfaceDistance(prediction, truth, { alignment: "truth-box" });
  for (const score of fScores) assertClose("F-score", score, 2 / 3, ROUNDING);
  assertClose("Chamfer distance", chamfer, 0.5, ROUNDING); // (0 + (0 + 2) / 2) / 2
});

test("a torus and the sphere round it have a finite distance, the same in each run", () => {
  const ring = torus(0.7, 0.2, 40, 20);
  const ball = levelSet(sphereField(0.9), 24);
  const first = surfaceDistance(ball, ring);
  assert.ok(first.chamfer > 0.1 && first.chamfer < 1, `${first.chamfer}`);
  assert.equal(surfaceDistance(ball, ring), first);
});

test.run();
