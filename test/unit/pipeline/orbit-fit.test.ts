import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cameraRays } from "../../../plugin/core/camera.ts";
import type { ViewConvention } from "../../../plugin/core/view-convention.ts";
import { referenceKernels } from "../../../plugin/kernels/reference.ts";
import type { PictureField } from "../../../plugin/pipeline/contract.ts";
import { fitOrbit } from "../../../plugin/pipeline/orbit-fit.ts";
import { assertClose } from "../../helpers/det.ts";
import { sumField } from "../../helpers/fields.ts";

const VIEW: ViewConvention = {
  marcher: "uniform",
  samples: 64,
  boxRadius: 1,
  fieldOfView: Math.PI / 2,
  orbitRadius: 0.8,
  orbitElevation: 0,
};

/** A pixel of the search is 0.19 wide at the box, a surface is seen a sample or two within itself. */
const TOLERANCE = 0.25;

/** A rod along z with half its length, so thin that only its length matters. */
function rod(halfLength: number): PictureField {
  const steep = 2000;
  const field = sumField(64, {
    xy: (x, y) => steep * (0.15 - Math.hypot(x, y)),
    xz: (_, z) => -steep * 10 * Math.max(0, Math.abs(z) - halfLength),
  });
  return {
    field,
    axes: ["y", "z", "x"],
    view: VIEW,
    matte: "alpha",
    warnings: [],
    render: (cameras, { width, height }) =>
      Promise.all(
        cameras.map(async (camera) => {
          const rays = cameraRays(camera, { width, height });
          return {
            width,
            height,
            ...(await referenceKernels.render(field, { rays, march: VIEW })),
          };
        }),
      ),
  };
}

const test = suite("pipeline/orbit-fit");

test("an object that fits is seen from the family's own distance", async () => {
  assert.is((await fitOrbit(rod(0.4), undefined)).orbitRadius, VIEW.orbitRadius);
});

test("a taller one is seen from as far away as it takes", async () => {
  // The rod's near end, at 0.15 towards the camera and 0.9 up, at 92% of half a 90 degree view.
  const { orbitRadius } = await fitOrbit(rod(0.9), undefined);
  assertClose("radius", orbitRadius, 0.15 + 0.9 / 0.92, TOLERANCE);
});

test.run();
