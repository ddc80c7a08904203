import { suite } from "uvu";
import * as assert from "uvu/assert";
import { referenceKernels } from "../../plugin/kernels/reference.ts";

const test = suite("parity, marching cubes");

test("parity case 32: a high corner gives one triangle that faces away from it", async () => {
  const volume = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0);
  const { positions, triangles } = await referenceKernels.marchingCubes(
    volume,
    [2, 2, 2],
    0.5,
    false,
  );
  const corners = [...triangles].map((v) => positions.subarray(3 * v, 3 * v + 3).join(" "));
  const first = corners.indexOf("0.5 0 0");
  const cycle = [0, 1, 2].map((i) => corners[(first + i) % 3]);
  assert.equal(cycle, ["0.5 0 0", "0 0.5 0", "0 0 0.5"]);
});

test.run();
