import { suite } from "uvu";
import { resizeBilinear } from "../../plugin/image/resample.ts";
import { assertReference, det } from "../helpers/det.ts";

const test = suite("antialiased bilinear parity");

const square = (size: number) => ({
  width: size,
  height: size,
  channels: 1,
  data: det([1, 1, size, size], 3),
});

test("parity case 4a: antialiased bilinear, 10 x 10 down to 4 x 4", () => {
  assertReference(resizeBilinear(square(10), 4, 4).data, {
    sum: -0.00149,
    absSum: 2.106877,
    first: [-0.016035, 0.237003, 0.127554, -0.061934],
    last: 0.309166,
  });
});

test("parity case 4b: antialiased bilinear, 3 x 3 up to 7 x 7", () => {
  assertReference(resizeBilinear(square(3), 7, 7).data, {
    sum: 2.816766,
    absSum: 17.091406,
    first: [-0.525539, -0.435982, -0.167313, 0.101356],
    last: -0.932153,
  });
});

test.run();
