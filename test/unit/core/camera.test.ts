import { suite } from "uvu";
import * as assert from "uvu/assert";
import { azimuthsAround, cameraRays, lookAt, orbitCamera } from "../../../plugin/core/camera.ts";
import type { FrameAxes } from "../../../plugin/core/frame.ts";
import type { ViewConvention } from "../../../plugin/core/view-convention.ts";
import { assertAllClose } from "../../helpers/det.ts";

/** Directions are rounded to single precision in a handful of steps. */
const TOLERANCE = 1e-6;

const VIEW: ViewConvention = {
  marcher: "importance",
  samples: 16,
  boxRadius: 1,
  fieldOfView: Math.PI / 2,
  orbitRadius: 2,
  orbitElevation: 0,
};

const VFUSION3D: FrameAxes = ["y", "z", "x"];
const OPENLRM: FrameAxes = ["x", "z", "-y"];

const test = suite("cameras");

test("each family's input view looks along its own front, picture right to the right", () => {
  const cases = [
    { axes: VFUSION3D, position: [2, 0, 0], right: [0, 1, 0] },
    { axes: OPENLRM, position: [0, -2, 0], right: [1, 0, 0] },
  ];
  for (const { axes, position, right } of cases) {
    const { pose } = orbitCamera(VIEW, axes, 0);
    assertAllClose("right", [pose[0], pose[1], pose[2]], right, TOLERANCE);
    assertAllClose("up", [pose[4], pose[5], pose[6]], [0, 0, 1], TOLERANCE);
    assertAllClose("position", [pose[12], pose[13], pose[14]], position, TOLERANCE);
  }
});

test("a quarter turn goes to the picture's right", () => {
  const { pose } = orbitCamera(VIEW, OPENLRM, Math.PI / 2);
  assertAllClose("position", [pose[12], pose[13], pose[14]], [2, 0, 0], TOLERANCE);
});

test("one turn does not repeat its first view", () => {
  assertAllClose(
    "azimuths",
    azimuthsAround(4),
    [0, 1, 2, 3].map((k) => (k * Math.PI) / 2),
    1e-12,
  );
});

test("three cameras are as right as four", () => {
  // Where a cross product is taken over the wrong axis, three poses are exactly what breaks.
  const distances = azimuthsAround(3).map((azimuth) => {
    const { pose } = orbitCamera(VIEW, VFUSION3D, azimuth, 0.3);
    const backward = [pose[8], pose[9], pose[10]];
    return [pose[12], pose[13], pose[14]].map((value, axis) => value - 2 * backward[axis]);
  });
  assertAllClose("centres", distances.flat(), Array(9).fill(0), TOLERANCE);
});

test("looking along up is refused", () => {
  assert.throws(() => lookAt([0, 0, 2], [0, 0, 0], [0, 0, 1]), /looks along its up direction/);
});

test("the middle ray of an odd picture runs along the camera's axis, corners by the angle of view", () => {
  const camera = orbitCamera(VIEW, VFUSION3D, 0);
  const { directions } = cameraRays(camera, { width: 3, height: 3 });
  assertAllClose("middle", directions.slice(12, 15), [-1, 0, 0], TOLERANCE);
  // The centre of the top left pixel is 2/3 of the way to the corner of a 90 degree view.
  const length = Math.hypot(1, 2 / 3, 2 / 3);
  const corner = [-1, -2 / 3, 2 / 3].map((value) => value / length);
  assertAllClose("corner", directions.slice(0, 3), corner, TOLERANCE);
});

test("a window's rays are those of its pixels", () => {
  const camera = orbitCamera(VIEW, OPENLRM, 0.7, 0.2);
  const whole = cameraRays(camera, { width: 5, height: 4 });
  const window = cameraRays(
    camera,
    { width: 5, height: 4 },
    { left: 3, top: 2, width: 2, height: 1 },
  );
  assert.equal(window.directions, whole.directions.slice(3 * 13, 3 * 15));
});

test.run();
