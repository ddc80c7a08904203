import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findComponents } from "../../../plugin/mesh/components.ts";
import { box, inverted, join } from "../../helpers/surfaces.ts";

const test = suite("mesh/components");

test("a box is one component with the area, volume and bounds of the box", () => {
  const { components } = findComponents(box([0, 0, 0], [1, 2, 3]));
  assert.equal(components, [
    { triangles: 12, area: 22, volume: 6, bounds: { min: [0, 0, 0], max: [1, 2, 3] } },
  ]);
});

test("components come in the order of their first triangle and label every triangle", () => {
  const mesh = join(box([0, 0, 0], [1, 1, 1]), box([2, 2, 2], [4, 4, 4]));
  const { components, labels } = findComponents(mesh);
  assert.equal(
    components.map(({ volume }) => volume),
    [1, 8],
  );
  assert.equal(Array.from(labels), [...Array(12).fill(0), ...Array(12).fill(1)]);
});

test("a cavity has negative volume", () => {
  const mesh = join(box([0, 0, 0], [3, 3, 3]), inverted(box([1, 1, 1], [2, 2, 2])));
  assert.equal(
    findComponents(mesh).components.map(({ volume }) => volume),
    [27, -1],
  );
});

test("boxes that touch in position but share no vertex are two components", () => {
  const mesh = join(box([0, 0, 0], [1, 1, 1]), box([1, 0, 0], [2, 1, 1]));
  assert.is(findComponents(mesh).components.length, 2);
});

test("an empty mesh has no components", () => {
  assert.is(findComponents(join()).components.length, 0);
});

test.run();
