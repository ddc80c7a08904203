import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import type { ColouredMesh, TriangleMesh } from "../../../plugin/core/mesh.ts";
import { checkManifold, measureMesh } from "../../../plugin/mesh/measure.ts";
import { type SimplifiedMesh, simplifyMesh } from "../../../plugin/mesh/simplify.ts";
import { assertClose } from "../../helpers/det.ts";
import { checker, join, levelSet, torus, translated } from "../../helpers/surfaces.ts";

const test = suite("mesh/simplify");

/** The product's promise: within 2% below the budget. */
const BUDGET_TOLERANCE = 0.02;

const sphereDistance = (x: number, y: number, z: number) => Math.hypot(x, y, z) - 0.8;
const torusDistance = (x: number, y: number, z: number) =>
  Math.hypot(Math.hypot(x, y) - 0.6, z) - 0.2;
const pairDistance = (x: number, y: number, z: number) =>
  Math.min(Math.hypot(x - 0.5, y, z), Math.hypot(x + 0.5, y, z)) - 0.4;
const negated = (distance: typeof sphereDistance) => (x: number, y: number, z: number) =>
  -distance(x, y, z);

const RESOLUTION = 48;
const CELL = 2 / (RESOLUTION - 1);

const SHAPES = [
  { name: "sphere", distance: sphereDistance, area: 4 * Math.PI * 0.8 ** 2, colours: undefined },
  {
    name: "torus",
    distance: torusDistance,
    area: 4 * Math.PI ** 2 * 0.6 * 0.2,
    colours: undefined,
  },
  { name: "two balls", distance: pairDistance, area: 8 * Math.PI * 0.4 ** 2, colours: undefined },
  {
    name: "chequered torus",
    distance: torusDistance,
    area: 4 * Math.PI ** 2 * 0.6 * 0.2,
    colours: checker(4),
  },
].map((shape) => ({
  ...shape,
  mesh: levelSet(negated(shape.distance), RESOLUTION, shape.colours),
}));

const BUDGETS = [100, 999, 5000, 12_345];

/** Triangles that face inwards where colour is even: single slivers on nearly dense meshes. */
const FLIPPED_SLIVERS = 0.0005;

/** And where it is not: slivers folded over a hard border between colours. */
const FLIPPED_AT_COLOUR_BORDERS = 0.005;

/**
 * How far the best mesh of n triangles strays from a surface of that area and curvature 1/r is about
 * edge^2 / (8 r) with area = n edge^2 sqrt(3) / 4. Edge collapse gets within a few times of it; a
 * chequer spends most of its triangles on colour borders.
 */
function deviationBound(area: number, triangles: number, hasColours: boolean): number {
  const edgeSquared = (4 * area) / (Math.sqrt(3) * triangles);
  return ((hasColours ? 24 : 8) * edgeSquared) / (8 * 0.2);
}

/** Greatest |distance| over vertices and triangle centres. */
function greatestDistance(mesh: TriangleMesh, distance: typeof sphereDistance): number {
  let greatest = 0;
  for (const point of [...vertices(mesh), ...faces(mesh).map(({ centre }) => centre)]) {
    greatest = Math.max(greatest, Math.abs(distance(point[0], point[1], point[2])));
  }
  return greatest;
}

const vertices = ({ positions, triangles }: TriangleMesh) =>
  Array.from(triangles, (vertex) => Array.from(positions.subarray(3 * vertex, 3 * vertex + 3)));

function faces(mesh: TriangleMesh): { centre: number[]; normal: number[] }[] {
  const corners = vertices(mesh);
  return Array.from({ length: corners.length / 3 }, (_, t) => {
    const [a, b, c] = corners.slice(3 * t, 3 * t + 3);
    const [u, v] = [b, c].map((point) => point.map((value, axis) => value - a[axis]));
    return {
      centre: a.map((value, axis) => (value + b[axis] + c[axis]) / 3),
      normal: [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]],
    };
  });
}

/** Share of triangles that face against the gradient of `distance` at their centre. */
function flippedShare(mesh: TriangleMesh, distance: typeof sphereDistance): number {
  const step = 1e-4;
  const flipped = faces(mesh).filter(({ centre: [x, y, z], normal: [nx, ny, nz] }) => {
    const slope =
      nx * (distance(x + step, y, z) - distance(x - step, y, z)) +
      ny * (distance(x, y + step, z) - distance(x, y - step, z)) +
      nz * (distance(x, y, z + step) - distance(x, y, z - step));
    return slope <= 0;
  });
  return flipped.length / (mesh.triangles.length / 3);
}

function assertBudget(label: string, result: SimplifiedMesh, budget: number): void {
  assert.is(result.requested, budget, `${label}: requested`);
  assert.is(result.achieved, result.mesh.triangles.length / 3, `${label}: achieved`);
  assert.ok(result.achieved <= budget, `${label}: ${result.achieved} exceeds the budget`);
  const isOddBudgetMet = result.achieved === budget - 1;
  assert.ok(
    result.reason !== undefined ||
      isOddBudgetMet ||
      result.achieved >= budget * (1 - BUDGET_TOLERANCE),
    `${label}: ${result.achieved} without a reason`,
  );
}

for (const { name, distance, area, colours, mesh } of SHAPES) {
  for (const budget of BUDGETS) {
    test(`${name} to ${budget}: on budget, closed, unflipped and near the surface`, () => {
      const before = mesh.positions.slice();
      const result = simplifyMesh(mesh, { triangles: budget });
      assertBudget(name, result, budget);
      assert.is(result.reason, undefined);
      assert.ok(checkManifold(result.mesh).closed, "closed by index");
      const { manifoldness, components, euler } = measureMesh(result.mesh);
      assert.ok(manifoldness.closed, "closed by position");
      assert.is(components, name === "two balls" ? 2 : 1);
      assert.is(euler, { sphere: 2, "two balls": 4 }[name] ?? 0);
      const flipped = flippedShare(result.mesh, distance);
      assert.ok(
        flipped <= (colours === undefined ? FLIPPED_SLIVERS : FLIPPED_AT_COLOUR_BORDERS),
        `${flipped}`,
      );
      const bound = deviationBound(area, budget, colours !== undefined);
      const strayed = greatestDistance(result.mesh, distance);
      assert.ok(strayed < bound, `strays ${strayed}, bound ${bound}`);
      assert.equal(mesh.positions, before, "input");
    });
  }
}

test("the reported error is the distance from the original surface, relative to its size", () => {
  const mesh = SHAPES[0].mesh;
  const { mesh: simplified, error } = simplifyMesh(mesh, { triangles: 100 });
  // On a ball, the farthest original vertices lie over the flattest triangles' centres.
  const sagitta = Math.max(...faces(simplified).map(({ centre }) => 0.8 - Math.hypot(...centre)));
  const size = 1.6;
  /** Original vertices stand one lattice cell apart, so the farthest point may be missed. */
  const missed = CELL ** 2 / 0.8;
  assertClose("error", error * size, sagitta, missed + 0.1 * sagitta);
});

test("colours stay where they were: a chequer is still one at 5,000 triangles", () => {
  const { mesh } = simplifyMesh(SHAPES[3].mesh, { triangles: 5000 });
  const colourAt = checker(4);
  let [wrong, certain] = [0, 0];
  for (let vertex = 0; vertex < mesh.positions.length / 3; vertex++) {
    const point = Array.from(mesh.positions.subarray(3 * vertex, 3 * vertex + 3));
    /** Within two lattice cells of a colour border, either colour or a mixture is right. */
    const margin =
      Math.min(...point.map((value) => Math.abs(value * 4 - Math.round(value * 4)))) / 4;
    if (margin < 2 * CELL) continue;
    certain++;
    const [expected] = colourAt([point[0], point[1], point[2]]);
    if (Math.abs(mesh.colours[3 * vertex] - expected) > 0.25) wrong++;
  }
  assert.ok(certain > 20, `${certain} vertices well inside a square`);
  assert.is(wrong, 0);
});

test("colours stay in 0..1", () => {
  const { mesh } = simplifyMesh(SHAPES[3].mesh, { triangles: 300 });
  assert.ok(mesh.colours.every((value) => value >= 0 && value <= 1));
});

test("the same input gives the same bytes, whatever was simplified before", () => {
  const first = simplifyMesh(SHAPES[3].mesh, { triangles: 1000 });
  simplifyMesh(SHAPES[0].mesh, { triangles: 300 });
  assert.equal(simplifyMesh(SHAPES[3].mesh, { triangles: 1000 }), first);
});

test("a budget that the mesh already meets leaves it as it is and says so", () => {
  const mesh = torus(0.6, 0.2, 20, 10);
  assert.equal(simplifyMesh(mesh, { triangles: 5000 }), {
    mesh,
    requested: 5000,
    achieved: 400,
    error: 0,
    reason: "the surface has only 400 triangles",
  });
  assert.is(simplifyMesh(mesh, { triangles: 400 }).reason, undefined);
});

for (const budget of [4, 5, 7, 12, 50]) {
  test(`the smallest budgets give something within them: ${budget}`, () => {
    for (const { name, mesh } of SHAPES) {
      const result = simplifyMesh(mesh, { triangles: budget });
      assertBudget(name, result, budget);
      assert.ok(result.achieved >= 2, name);
      assert.ok(checkManifold(result.mesh).nonManifoldEdges === 0 || result.reason !== undefined);
    }
  });
}

test("with less than an octahedron per part, the smallest parts go and the reason says so", () => {
  const parts: ColouredMesh[] = [];
  for (let i = 0; i < 12; i++) {
    parts.push(translated(torus(0.06 + 0.001 * i, 0.02, 24, 12), [0.2 * i - 1, 0, 0]));
  }
  const result = simplifyMesh(join(...parts), { triangles: 50 });
  assertBudget("rings", result, 50);
  assert.match(result.reason ?? "", /the 6 smallest parts were left out/);
  assert.ok(measureMesh(result.mesh).bounds.min[0] > 0, "the six largest stand on the right");
});

test("a surface full of tunnels stays closed within its budget", () => {
  const tunnels = levelSet((x, y, z) => {
    const box = 0.95 - Math.max(Math.abs(x), Math.abs(y), Math.abs(z));
    const gyroid =
      Math.sin(8 * x) * Math.cos(8 * y) +
      Math.sin(8 * y) * Math.cos(8 * z) +
      Math.sin(8 * z) * Math.cos(8 * x);
    return Math.min(box, 0.3 - Math.abs(gyroid) * 0.5);
  }, 40);
  for (const budget of [500, 2000, 10_000]) {
    const result = simplifyMesh(tunnels, { triangles: budget });
    assertBudget("tunnels", result, budget);
    assert.ok(checkManifold(result.mesh).closed, `${budget}`);
  }
});

test("budgets that are no whole number of at least 4 are refused", () => {
  for (const triangles of [0, 3, -5, 10.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(
      () => simplifyMesh(SHAPES[0].mesh, { triangles }),
      (error: unknown) => error instanceof InputError && error.message.includes(`${triangles}`),
    );
  }
});

test("an empty mesh stays empty", () => {
  assert.is(simplifyMesh(join(), { triangles: 100 }).achieved, 0);
});

test.run();
