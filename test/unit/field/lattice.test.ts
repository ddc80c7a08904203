import { suite } from "uvu";
import * as assert from "uvu/assert";
import { evaluateField } from "../../../plugin/field/evaluate.ts";
import { createLatticeField } from "../../../plugin/field/lattice.ts";
import { latticeCoordinate } from "../../../plugin/field/lattice-texels.ts";
import { randomField } from "../../helpers/fields.ts";

const test = suite("lattice evaluation");

const RESOLUTION = 9;

/** The points of a box, listed in the box's own order. */
function wholeBox(box: readonly number[]) {
  const points = (box[3] - box[0] + 1) * (box[4] - box[1] + 1) * (box[5] - box[2] + 1);
  return {
    boxes: Int32Array.from(box),
    offsets: Uint32Array.of(0, points),
    points: Uint16Array.from({ length: points }, (_, i) => i),
  };
}

test("a point has bitwise the same value in every batch, box and position", async () => {
  const { field } = randomField(4);
  const lattice = createLatticeField(field, RESOLUTION);
  const last = RESOLUTION - 1;
  const whole = await lattice.evaluate(wholeBox([0, 0, 0, last, last, last]));
  for (const box of [
    [2, 3, 4, 2, 3, 4],
    [1, 0, 5, 4, 7, 8],
    [8, 8, 0, 8, 8, 8],
  ]) {
    const part = await lattice.evaluate(wholeBox(box));
    let at = 0;
    for (let i = box[0]; i <= box[3]; i++) {
      for (let j = box[1]; j <= box[4]; j++) {
        for (let k = box[2]; k <= box[5]; k++) {
          assert.is(part[at++], whole[(i * RESOLUTION + j) * RESOLUTION + k], `${i} ${j} ${k}`);
        }
      }
    }
  }
});

test("lattice values are bitwise those of the points' coordinates", async () => {
  const { field } = randomField(5);
  const box = [0, 3, 6, 8, 8, 8];
  const values = await createLatticeField(field, RESOLUTION).evaluate(wholeBox(box));
  const points: number[] = [];
  for (let i = box[0]; i <= box[3]; i++) {
    for (let j = box[1]; j <= box[4]; j++) {
      for (let k = box[2]; k <= box[5]; k++) {
        points.push(...[i, j, k].map((index) => latticeCoordinate(index, RESOLUTION)));
      }
    }
  }
  const expected = evaluateField(field, Float32Array.from(points)).filter((_, n) => n % 4 === 0);
  assert.equal(values, expected);
});

test("pieces begin where texel centres are passed", () => {
  // 5 texels have their centres at -0.8, -0.4, 0, 0.4, 0.8; lattice points are 0.25 apart.
  const { pieces } = createLatticeField(randomField(1).field, RESOLUTION);
  for (const starts of pieces) assert.equal([...starts], [0, 1, 3, 4, 6, 8]);
});

test.run();
