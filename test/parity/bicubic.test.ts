import { suite } from "uvu";
import { resizeBicubic } from "../../plugin/image/resample.ts";
import { assertReference, det } from "../helpers/det.ts";

const test = suite("bicubic parity");

test("parity case 1: align_corners, no antialiasing, 5 x 7 to 4 x 6", () => {
  const image = { width: 7, height: 5, channels: 1, data: det([1, 1, 5, 7], 1) };
  assertReference(resizeBicubic(image, 6, 4).data, {
    sum: -1.718273,
    absSum: 8.862441,
    first: [-0.527089, -0.198079, 0.28756, -0.431152, -0.482457, 0.549526],
    last: -0.22283,
  });
});

test.run();
