import { suite } from "uvu";
import * as assert from "uvu/assert";
import { input } from "../../plugin/graph/ops/input.ts";
import { slice } from "../../plugin/graph/ops/slice.ts";
import { fitPositions, type PositionForm } from "../../plugin/models/position-embedding.ts";
import { assertReference, det } from "../helpers/det.ts";
import { runTensor } from "../helpers/run-graph.ts";

const test = suite("position embedding, parity");

/** The 37 x 37 table det(1,1,37,37; 2), one channel, resampled to 36 x 36. */
function resample(form: PositionForm): Promise<Float32Array> {
  const table = input("table", [1, 1 + 37 * 37, 1]);
  const patches = slice(fitPositions(table, 36, form), 1, 1, 1 + 36 * 36);
  const values = new Float32Array(1 + 37 * 37);
  values.set(det([37, 37], 2), 1);
  return runTensor(patches, new Map([["table", values]]));
}

test("parity case 2a: resampling with the offset of 0.1", async () => {
  assertReference(await resample("offset0.1"), {
    sum: 34.844046,
    absSum: 531.68077,
    first: [-0.511147, -0.079149, -0.577208, 0.545476],
    last: -0.352097,
  });
});

test("parity case 2b: resampling by size", async () => {
  assertReference(await resample("size"), {
    sum: 34.185728,
    absSum: 544.26434,
    first: [-0.509395, -0.079319, -0.571362, 0.551708],
    last: -0.397117,
  });
});

test("the class token's position is kept in front", async () => {
  const table = input("table", [1, 5, 1]);
  const first = slice(fitPositions(table, 3, "offset0.1"), 1, 0, 1);
  const result = await runTensor(first, new Map([["table", Float32Array.of(9, 1, 2, 3, 4)]]));
  assert.equal([...result], [9]);
});

test("a table for the grid at hand is used unchanged, in both forms", () => {
  const table = input("table", [1, 1 + 12 * 12, 4]);
  assert.is(fitPositions(table, 12, "offset0.1"), table);
  assert.is(fitPositions(table, 12, "size"), table);
});

test.run();
