import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type BlockField, TERMS } from "../../../plugin/core/block-field.ts";
import type { FoldedField } from "../../../plugin/core/field.ts";
import { createLatticeField } from "../../../plugin/field/lattice.ts";
import { det } from "../../helpers/det.ts";
import {
  RELU_ACTIVATIONS,
  randomField,
  SILU_ACTIVATIONS,
  torusField,
} from "../../helpers/fields.ts";

const test = suite("bounds");

/** Boxes of random place and size, 1 point to the whole lattice. */
function randomBoxes(count: number, resolution: number, seed: number): Int32Array {
  const random = det([count, 6], seed).map((value) => (value + 1) / 2);
  const boxes = new Int32Array(6 * count);
  for (let n = 0; n < count; n++) {
    const size = Math.floor(resolution * random[6 * n + 3] ** 3);
    for (let axis = 0; axis < 3; axis++) {
      const first = Math.floor((resolution - size) * random[6 * n + axis]);
      boxes[6 * n + axis] = first;
      boxes[6 * n + axis + 3] = Math.min(first + size, resolution - 1);
    }
  }
  return boxes;
}

interface BoxReport {
  /** Points whose value is not between the two functions. */
  readonly escaped: number;
  /** Distance between the functions at the middle over the range of the values. */
  readonly looseness: number;
}

/** Compares the functions with every value of a box. */
async function inspectBox(
  lattice: BlockField,
  box: Int32Array,
  functions: Float64Array,
): Promise<BoxReport> {
  const sizes = [0, 1, 2].map((axis) => box[axis + 3] - box[axis] + 1);
  const count = sizes[0] * sizes[1] * sizes[2];
  const points = Uint16Array.from({ length: count }, (_, i) => i);
  const values = await lattice.evaluate({ boxes: box, offsets: Uint32Array.of(0, count), points });
  let escaped = 0;
  for (let p = 0; p < count; p++) {
    const row = Math.floor(p / sizes[2]);
    const local = [Math.floor(row / sizes[1]), row % sizes[1], p % sizes[2]];
    const [u, v, w] = local.map((i, axis) =>
      sizes[axis] > 1 ? (2 * i) / (sizes[axis] - 1) - 1 : 0,
    );
    const terms = [1, u, v, w, u * v, u * w, v * w];
    const at = (start: number) =>
      Math.fround(terms.reduce((sum, term, t) => sum + term * functions[start + t], 0));
    if (!(at(0) <= values[p] && values[p] <= at(TERMS))) escaped++;
  }
  const spread =
    values.reduce((high, value) => Math.max(high, value), -Infinity) -
    values.reduce((low, value) => Math.min(low, value), Infinity);
  return { escaped, looseness: (functions[TERMS] - functions[0]) / spread };
}

async function inspect(field: FoldedField, resolution: number, boxes: Int32Array) {
  const lattice = createLatticeField(field, resolution);
  const functions = await lattice.bound(boxes);
  const reports: BoxReport[] = [];
  for (let n = 0; n < boxes.length / 6; n++) {
    const own = functions.subarray(2 * TERMS * n, 2 * TERMS * (n + 1));
    reports.push(await inspectBox(lattice, boxes.slice(6 * n, 6 * n + 6), own));
  }
  return reports;
}

for (const activations of [RELU_ACTIVATIONS, SILU_ACTIVATIONS]) {
  test(`${activations.hidden}: the functions enclose every value of a box, for all depths and gains`, async () => {
    let boxes = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const hidden = [[8], [8, 8], [6, 12, 7], [16, 16, 16, 16], Array(9).fill(9)][seed % 5];
      const { field } = randomField(seed, { hidden, gain: [0.5, 2.5, 10][seed % 3], activations });
      const reports = await inspect(field, 24, randomBoxes(12, 24, seed));
      boxes += reports.length;
      const escaped = reports.reduce((sum, report) => sum + report.escaped, 0);
      assert.is(escaped, 0, `seed ${seed}: values outside their bounds`);
    }
    assert.is(boxes, 720);
  });
}

test("planes of different height and width are bounded as well", async () => {
  const { field } = randomField(2, { size: 6 });
  const narrow = { ...field, height: 6, width: 2, planes: field.planes.subarray(0, 3 * 8 * 4 * 8) };
  for (const report of await inspect(narrow, 17, randomBoxes(40, 17, 3))) {
    assert.is(report.escaped, 0);
  }
});

test("large values that cancel are enclosed: rounding is part of the bound", async () => {
  const { field } = randomField(8);
  const firstBias = field.firstBias.map((value) => value + 1e7);
  for (const report of await inspect({ ...field, firstBias }, 24, randomBoxes(60, 24, 5))) {
    assert.is(report.escaped, 0);
  }
});

test("within one texel of each plane the bound is tight", async () => {
  // A piece of 8 texels at resolution 65, where the torus' decoder has no kink: exact but for uv terms.
  const lattice = createLatticeField(torusField(8), 65);
  const [starts] = lattice.pieces;
  const inside = [starts[2], starts[3] - 1];
  const box = Int32Array.of(inside[0], inside[0], inside[0], inside[1], inside[1], inside[1]);
  const [report] = await inspect(torusField(8), 65, box);
  assert.is(report.escaped, 0);
  assert.ok(report.looseness < 0.01, `looseness ${report.looseness}`);
});

for (const [what, broken] of [
  ["NaN", Number.NaN],
  ["infinity", Number.POSITIVE_INFINITY],
  ["values that overflow f32", 3e38],
] as const) {
  test(`a field with ${what} is left unbounded`, async () => {
    const { field } = randomField(1);
    const planes = field.planes.slice();
    planes[planes.length >> 1] = broken;
    const functions = await createLatticeField({ ...field, planes }, 8).bound(
      Int32Array.of(0, 0, 0, 1, 1, 1),
    );
    assert.is(functions[0], Number.NEGATIVE_INFINITY);
    assert.is(functions[TERMS], Number.POSITIVE_INFINITY);
  });
}

test.run();
