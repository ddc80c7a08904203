import { suite } from "uvu";
import { framingDistance, viewDirection } from "../../../editor-ui/hosts/contact-sheet/framing.ts";
import { assertAllClose, assertClose } from "../../helpers/det.ts";

const test = suite("contact-sheet/framing");

/** A few rounding steps of the 32-bit points. */
const TOLERANCE = 1e-6;

const FOV_RAD = 0.4;
const FRONT = { azimuthDegrees: 0, elevationDegrees: 0 };
const RIGHT = { azimuthDegrees: 90, elevationDegrees: 0 };

test("the front camera stands on +Z, the right one on +X, the highest on +Y", () => {
  const above = { azimuthDegrees: 0, elevationDegrees: 90 };
  assertAllClose("front", viewDirection(FRONT).asArray(), [0, 0, 1], TOLERANCE);
  assertAllClose("right", viewDirection(RIGHT).asArray(), [1, 0, 0], TOLERANCE);
  assertAllClose("above", viewDirection(above).asArray(), [0, 1, 0], TOLERANCE);
});

test("a point in the picture's plane is seen at the wanted share of half the picture", () => {
  const points = new Float32Array([0.3, 0, 0]);
  const distance = framingDistance(points, [FRONT], FOV_RAD, 0.8);
  assertClose("distance", distance, 0.3 / (Math.tan(FOV_RAD / 2) * 0.8), TOLERANCE);
});

test("a point nearer to the camera pushes it back by as much", () => {
  const points = new Float32Array([0.3, 0, 0.25]);
  const distance = framingDistance(points, [FRONT], FOV_RAD, 0.8);
  assertClose("distance", distance, 0.25 + 0.3 / (Math.tan(FOV_RAD / 2) * 0.8), TOLERANCE);
});

test("several views share the distance of the one that needs most", () => {
  const points = new Float32Array([0.1, 0, 0.4]);
  const far = framingDistance(points, [RIGHT], FOV_RAD, 1);
  assertClose("both", framingDistance(points, [FRONT, RIGHT], FOV_RAD, 1), far, TOLERANCE);
});

test.run();
