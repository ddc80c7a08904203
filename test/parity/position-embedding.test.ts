import { suite } from "uvu";
import * as assert from "uvu/assert";
import { input } from "../../plugin/graph/ops/input.ts";
import { slice } from "../../plugin/graph/ops/slice.ts";
import { fitPositions, type PositionForm } from "../../plugin/models/position-embedding.ts";
import { assertReference, det } from "../helpers/det.ts";
import { runTensor } from "../helpers/run-graph.ts";

const test = suite("position embedding, parity");

/** The table det(1,1,native,native; 2), one channel, resampled to grid x grid. */
function resample(native: number, grid: number, form: PositionForm): Promise<Float32Array> {
  const table = input("table", [1, 1 + native ** 2, 1]);
  const patches = slice(fitPositions(table, grid, form), 1, 1, 1 + grid ** 2);
  const values = new Float32Array(1 + native ** 2);
  values.set(det([native, native], 2), 1);
  return runTensor(patches, new Map([["table", values]]));
}

test("parity case 2a: resampling with the offset of 0.1", async () => {
  assertReference(await resample(37, 36, "offset0.1"), {
    sum: 34.844046,
    absSum: 531.68077,
    first: [-0.511147, -0.079149, -0.577208, 0.545476],
    last: -0.352097,
  });
});

test("parity case 2b: resampling by size", async () => {
  assertReference(await resample(37, 36, "size"), {
    sum: 34.185728,
    absSum: 544.26434,
    first: [-0.509395, -0.079319, -0.571362, 0.551708],
    last: -0.397117,
  });
});

test("parity case 2c: TripoSR's table, enlarged with the offset of 0.1", async () => {
  assertReference(await resample(14, 32, "offset0.1"), {
    sum: 52.683623,
    absSum: 408.146824,
    first: [-0.630068, -0.502442, -0.22172, -0.078743],
    last: -0.399158,
  });
});

test("parity case 3: OpenLRM's table, reduced with antialiasing", async () => {
  assertReference(await resample(37, 24, "antialias"), {
    sum: 15.76248,
    absSum: 148.635163,
    first: [0.013946, 0.026551, 0.526697, -0.05521],
    last: -0.157216,
  });
});

test("the class token's position is kept in front", async () => {
  const table = input("table", [1, 5, 1]);
  const first = slice(fitPositions(table, 3, "offset0.1"), 1, 0, 1);
  const result = await runTensor(first, new Map([["table", Float32Array.of(9, 1, 2, 3, 4)]]));
  assert.equal([...result], [9]);
});

test("a table for the grid at hand is used unchanged, in every form", () => {
  const table = input("table", [1, 1 + 12 * 12, 4]);
  for (const form of ["offset0.1", "size", "antialias"] as const) {
    assert.is(fitPositions(table, 12, form), table);
  }
});

test.run();
