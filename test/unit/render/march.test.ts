import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cameraRays, orbitCamera } from "../../../plugin/core/camera.ts";
import { densityOfRaw, type FoldedField } from "../../../plugin/core/field.ts";
import { pictureOf, type Rays, type Rendering } from "../../../plugin/core/rendering.ts";
import type { ViewConvention } from "../../../plugin/core/view-convention.ts";
import { referenceKernels } from "../../../plugin/kernels/reference.ts";
import { assertAllClose, assertClose } from "../../helpers/det.ts";
import { RELU_ACTIVATIONS, randomField, sumField } from "../../helpers/fields.ts";
import { rejection } from "../../helpers/rejection.ts";

/** Distances are single precision; opacities are sums of some hundred terms. */
const TOLERANCE = 1e-5;

const IMPORTANCE = { marcher: "importance", samples: 64, boxRadius: 1 } as const;
const UNIFORM = { marcher: "uniform", samples: 64, boxRadius: 0.87 } as const;

const VIEW: ViewConvention = {
  ...IMPORTANCE,
  fieldOfView: 1,
  orbitRadius: 3,
  orbitElevation: 0.2,
};

/** Density softplus(raw - 1) everywhere, colours all `raw colour` 0. */
function fogField(raw: number): FoldedField {
  const field = sumField(2, {});
  const last = { ...field.layers[0], bias: Float32Array.of(raw, 0, 0, 0) };
  return { ...field, layers: [last] };
}

/** Rays from `origins` along +x. */
function alongX(...origins: readonly (readonly [number, number, number])[]): Rays {
  return {
    origins: Float32Array.from(origins.flat()),
    directions: Float32Array.from(origins.flatMap(() => [1, 0, 0])),
  };
}

function render(
  field: FoldedField,
  rays: Rays,
  march: Pick<ViewConvention, "marcher" | "samples" | "boxRadius"> = IMPORTANCE,
): Promise<Rendering> {
  return referenceKernels.render(field, { rays, march });
}

const test = suite("volume renderer");

test("fog hides by its density times the length of the ray through the box", async () => {
  const density = densityOfRaw(0.5, RELU_ACTIVATIONS.density);
  const { rgb, opacity, depth } = await render(fogField(0.5), alongX([-4, 0.1, 0.2]));
  const expected = 1 - Math.exp(-2 * density);
  assertClose("opacity", opacity[0], expected, TOLERANCE);
  assertAllClose(
    "colour",
    rgb,
    [0.5, 0.5, 0.5].map((value) => value * expected),
    TOLERANCE,
  );
  // Mean of the exponential distribution cut off at 2, beyond the 3 that the box is away.
  const mean = 1 / density - (2 * (1 - expected)) / expected;
  assertClose("depth", depth[0], 3 + mean, 2e-3); // intervals of 1/32 count with their middles
});

test("the uniform marcher's step is a share of the passage, whatever its length", async () => {
  const density = densityOfRaw(0.5, RELU_ACTIVATIONS.density);
  const { opacity } = await render(fogField(0.5), alongX([-4, 0, 0], [0.5, 0, 0]), UNIFORM);
  assertAllClose("opacity", opacity, Array(2).fill(1 - Math.exp(-density)), TOLERANCE);
});

test("a ray that misses the box sees nothing, at the farthest distance of the call", async () => {
  for (const march of [IMPORTANCE, UNIFORM]) {
    const { rgb, opacity, depth } = await render(
      fogField(3),
      alongX([-4, 0, 0], [-4, 2, 0]),
      march,
    );
    assert.is(opacity[1], 0);
    assert.equal(rgb.slice(3), new Float32Array(3));
    assertClose("depth", depth[1], 4 + march.boxRadius, 1e-3); // the uniform box is 0.1% smaller
  }
});

test("rays that all miss give depth 0 and no NaN", async () => {
  const { opacity, depth } = await render(fogField(3), alongX([-4, 2, 0]));
  assert.is(opacity[0], 0);
  assert.is(depth[0], 0);
});

test("from within the box, the importance marcher looks behind too and the uniform one does not", async () => {
  const rays = alongX([0, 0, 0]);
  const density = densityOfRaw(0.5, RELU_ACTIVATIONS.density);
  const both = await render(fogField(0.5), rays, IMPORTANCE);
  assertClose("importance", both.opacity[0], 1 - Math.exp(-2 * density), TOLERANCE);
  const ahead = await render(fogField(0.5), rays, UNIFORM);
  assert.ok(ahead.depth[0] > 0);
});

test("a ray's colour does not depend on the rays beside it", async () => {
  const { field } = randomField(4);
  const rays = cameraRays(orbitCamera(VIEW, ["y", "z", "x"], 0.5), { width: 5, height: 5 });
  for (const march of [IMPORTANCE, UNIFORM]) {
    const all = await render(field, rays, march);
    for (const ray of [0, 12, 23]) {
      const one = {
        origins: rays.origins.slice(3 * ray, 3 * ray + 3),
        directions: rays.directions.slice(3 * ray, 3 * ray + 3),
      };
      const alone = await render(field, one, march);
      assert.equal(alone.rgb, all.rgb.slice(3 * ray, 3 * ray + 3));
      assert.is(alone.opacity[0], all.opacity[ray]);
    }
  }
});

test("an opaque ball is seen at its surface", async () => {
  const steep = 200; // so that the surface is within a sample's distance
  const ball = sumField(64, {
    xy: (x, y) => steep * (0.25 - x ** 2 - y ** 2),
    xz: (_, z) => -steep * z ** 2,
  });
  const march = { ...IMPORTANCE, samples: 512 };
  const { opacity, depth } = await render(ball, alongX([-4, 0, 0], [-4, 0.9, 0]), march);
  assertClose("opacity", opacity[0], 1, 1e-3);
  assertClose("depth", depth[0], 3.5, 0.1);
  assert.ok(opacity[1] < 1e-3);
});

test("pictures are rounded, clamped and either on white or straight with alpha", () => {
  const view = {
    width: 2,
    height: 1,
    rgb: Float32Array.of(0.25, 0, -0.01, 0, 0, 0),
    opacity: Float32Array.of(0.5, 0),
    depth: new Float32Array(2),
  };
  assert.equal([...pictureOf(view, "white").data], [191, 128, 125, 255, 255, 255, 255, 255]);
  assert.equal([...pictureOf(view, "transparent").data], [128, 0, 0, 128, 0, 0, 0, 0]);
});

test("what cannot be rendered is refused in one line", async () => {
  const rays = alongX([-4, 0, 0]);
  await rejects(render(fogField(0), rays, { ...IMPORTANCE, samples: 7 }), /samples: 7 — give/);
  await rejects(render(fogField(0), { ...rays, directions: new Float32Array(2) }), /3 and 2/);
  await rejects(render(fogField(Number.NaN), rays), /ray 0 sees a value that is not finite — /);
});

async function rejects(work: Promise<unknown>, message: RegExp): Promise<void> {
  assert.match(String(await rejection(work)), message);
}

test.run();
