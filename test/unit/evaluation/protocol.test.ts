import { mat4, vec3 } from "gl-matrix";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Camera, lookAt } from "../../../plugin/core/camera.ts";
import type { FrameAxes } from "../../../plugin/core/frame.ts";
import type { Bounds } from "../../../plugin/core/mesh.ts";
import { fieldCamera, placeMesh, viewsAround } from "../../../plugin/evaluation/protocol.ts";
import { frameMesh } from "../../../plugin/mesh/frame.ts";
import { assertAllClose, assertClose, det } from "../../helpers/det.ts";
import { box } from "../../helpers/surfaces.ts";

const test = suite("evaluation/protocol");

const ROUNDING = 1e-6;

const VIEW = {
  marcher: "importance",
  samples: 64,
  boxRadius: 1,
  fieldOfView: 2 * Math.atan(0.5 / 0.75),
  orbitRadius: 1.5,
  orbitElevation: 0,
} as const;

test("views go once around from the front, 20 degrees above the horizon", () => {
  const views = viewsAround(16);
  assert.equal(
    views.map(({ azimuthDegrees }) => azimuthDegrees),
    Array.from({ length: 16 }, (_, k) => 22.5 * k),
  );
  assert.ok(views.every(({ elevationDegrees }) => elevationDegrees === 20));
});

test("a placed mesh is centred, and its box just within what the camera sees whole", () => {
  const bounds: Bounds = { min: [3, -1, 5], max: [7, 1, 6] };
  const { centre, scale } = placeMesh(bounds, VIEW);
  assert.equal(centre, [5, 0, 5.5]);
  // The cone of view touches a sphere whose radius is the distance times the sine of half its angle.
  const radius = scale * Math.hypot(2, 1, 0.5);
  assertClose("angle", Math.asin(radius / VIEW.orbitRadius), VIEW.fieldOfView / 2, ROUNDING);
});

test("a mesh without extent, or with one beyond numbers, is refused", () => {
  const point: Bounds = { min: [1, 1, 1], max: [1, 1, 1] };
  const endless: Bounds = { min: [0, 0, 0], max: [Infinity, 1, 1] };
  for (const bounds of [point, endless]) {
    assert.throws(() => placeMesh(bounds, VIEW), /^mesh: has no extent/);
  }
});

/** Where a point appears: offsets right and up from the axis, per unit of depth. */
function seen({ pose }: Camera, point: Float64Array): [number, number] {
  const inverse = mat4.invert(new Float64Array(16), pose) ?? assert.unreachable();
  const [x, y, z] = vec3.transformMat4(new Float64Array(3), point, inverse as mat4);
  return [x / -z, y / -z];
}

test("the camera in the model's frame sees each point where the camera before the GLB does", () => {
  const frames: FrameAxes[] = [
    ["y", "z", "x"],
    ["x", "z", "-y"],
  ];
  for (const axes of frames) {
    const framed = frameMesh(box([-0.4, -0.2, -0.7], [0.1, 0.3, 0.5]), { axes });
    const toModel = mat4.invert(new Float64Array(16), framed.transform) as Float64Array;
    const { min, max } = framed.bounds;
    const centre = [0, 1, 2].map((axis) => (min[axis] + max[axis]) / 2);
    const placement = { centre: [centre[0], centre[1], centre[2]], scale: 0.9 } as const;
    for (const view of viewsAround(7)) {
      const azimuth = (view.azimuthDegrees * Math.PI) / 180;
      const elevation = (view.elevationDegrees * Math.PI) / 180;
      const position = [
        Math.sin(azimuth) * Math.cos(elevation),
        Math.sin(elevation),
        Math.cos(azimuth) * Math.cos(elevation),
      ].map((share) => share * VIEW.orbitRadius);
      const pose = lookAt([position[0], position[1], position[2]], [0, 0, 0], [0, 1, 0]);
      const inModel = fieldCamera(view, VIEW, axes, placement, toModel);
      const points = det([20, 3], 5, 0.7);
      for (let at = 0; at < points.length; at += 3) {
        const point = Float64Array.from(points.subarray(at, at + 3));
        const placed = vec3.transformMat4(new Float64Array(3), point, framed.transform);
        for (let axis = 0; axis < 3; axis++) {
          placed[axis] = (placed[axis] - placement.centre[axis]) * placement.scale;
        }
        const expected = seen({ ...inModel, pose }, placed as Float64Array);
        assertAllClose(`${axes}`, seen(inModel, point), expected, ROUNDING);
      }
    }
  }
});

test.run();
