import { type mat4, vec3 } from "gl-matrix";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import type { SignedAxis } from "../../../plugin/core/frame.ts";
import { findComponents } from "../../../plugin/mesh/components.ts";
import { frameMesh } from "../../../plugin/mesh/frame.ts";
import { assertAllClose, assertClose } from "../../helpers/det.ts";
import { box, meshOf } from "../../helpers/surfaces.ts";

const test = suite("mesh/frame");

/** f32 coordinates of order 1. */
const ROUNDING = 1e-6;

const VFUSION3D = ["y", "z", "x"] as const;

/** A tetrahedron with one corner each to the front, up and right of the camera, in a frame of `axes`. */
const marked = (front: number[], up: number[], right: number[]) =>
  meshOf([0, 0, 0, ...front, ...up, ...right], [0, 2, 1, 0, 3, 2, 0, 1, 3, 1, 2, 3]);

test("VFusion3D's front +x, up +z and right +y become +Z, +Y and +X", () => {
  const mesh = marked([0.1, 0, 0], [0, 0, 0.5], [0, 0.3, 0]);
  const framed = frameMesh(mesh, { axes: VFUSION3D });
  // The longest side, 0.5 up, becomes 1: everything doubles, then X and Z are centred.
  assertAllClose(
    "positions",
    framed.mesh.positions,
    [
      [-0.3, 0, -0.1],
      [-0.3, 0, 0.1],
      [-0.3, 1, -0.1],
      [0.3, 0, -0.1],
    ].flat(),
    ROUNDING,
  );
});

test("OpenLRM's front -y, up +z and right +x become +Z, +Y and +X", () => {
  const mesh = marked([0, -0.1, 0], [0, 0, 0.5], [0.3, 0, 0]);
  const framed = frameMesh(mesh, { axes: ["x", "z", "-y"] });
  assertAllClose("front", framed.mesh.positions.subarray(3, 6), [-0.3, 0, 0.1], ROUNDING);
  assertAllClose("up", framed.mesh.positions.subarray(6, 9), [-0.3, 1, -0.1], ROUNDING);
  assertAllClose("right", framed.mesh.positions.subarray(9, 12), [0.3, 0, -0.1], ROUNDING);
});

test("the winding is kept: volume stays positive", () => {
  const mesh = box([-0.5, 0.1, -0.7], [0.5, 0.3, 0.9]);
  const framed = frameMesh(mesh, { axes: VFUSION3D });
  const [{ volume }] = findComponents(framed.mesh).components;
  assertClose("volume", volume, (1 * 0.2 * 1.6) / 1.6 ** 3, ROUNDING);
});

test("the pivot is the bottom centre and the longest side has the given length", () => {
  const framed = frameMesh(box([0.2, 0.4, -0.7], [0.5, 0.9, 0.1]), {
    axes: VFUSION3D,
    size: { axis: "longest", metres: 2.5 },
  });
  const { min, max } = framed.bounds;
  assertAllClose("min", min, [-0.78125, 0, -0.46875], ROUNDING); // 0.5, 0.8, 0.3 times 3.125
  assertAllClose("max", max, [0.78125, 2.5, 0.46875], ROUNDING);
});

test("a height scales by the vertical extent alone", () => {
  const framed = frameMesh(box([-0.9, -0.2, 0], [0.9, 0.2, 0.6]), {
    axes: VFUSION3D,
    size: { axis: "height", metres: 1.8 },
  });
  assertAllClose("max", framed.bounds.max, [0.6, 1.8, 2.7], ROUNDING);
});

test("the transform is the one that was applied", () => {
  const mesh = box([-0.9, -0.2, 0.1], [0.7, 0.2, 0.6]);
  const framed = frameMesh(mesh, { axes: VFUSION3D });
  const corner = vec3.transformMat4(
    vec3.create(),
    [0.7, 0.2, 0.6],
    Array.from(framed.transform) as unknown as mat4,
  );
  assertAllClose("corner", framed.mesh.positions.subarray(21, 24), corner, ROUNDING);
});

test("the given mesh is not modified, and colours are kept", () => {
  const mesh = box([-1, -1, -1], [1, 1, 1], [0.1, 0.2, 0.3]);
  const before = mesh.positions.slice();
  const framed = frameMesh(mesh, { axes: VFUSION3D });
  assert.equal(mesh.positions, before);
  assert.equal(framed.mesh.colours, mesh.colours);
});

test("sizes that are no length are refused", () => {
  const mesh = box([-1, -1, -1], [1, 1, 1]);
  for (const metres of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(
      () => frameMesh(mesh, { axes: VFUSION3D, size: { axis: "longest", metres } }),
      (error: unknown) => error instanceof InputError && error.message.includes(`${metres}`),
    );
  }
});

test("a flat mesh has no height to scale", () => {
  const flat = meshOf([0, 0, 0, 1, 0, 0, 0, 1, 0], [0, 1, 2]);
  assert.throws(
    () => frameMesh(flat, { axes: VFUSION3D, size: { axis: "height", metres: 1 } }),
    (error: unknown) => error instanceof InputError && error.code === "bad-option",
  );
});

test("axes that mirror or repeat are refused", () => {
  const mesh = box([-1, -1, -1], [1, 1, 1]);
  const wrong: (readonly [SignedAxis, SignedAxis, SignedAxis])[] = [
    ["-y", "z", "x"],
    ["x", "x", "z"],
  ];
  for (const axes of wrong) assert.throws(() => frameMesh(mesh, { axes }), /no rotation/);
});

test.run();
