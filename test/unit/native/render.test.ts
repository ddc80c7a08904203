import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cameraRays, orbitCamera } from "../../../plugin/core/camera.ts";
import { CancelledError, ModelError } from "../../../plugin/core/errors.ts";
import type { Activations, FoldedField } from "../../../plugin/core/field.ts";
import type { Rays, Rendering } from "../../../plugin/core/rendering.ts";
import type { ViewConvention } from "../../../plugin/core/view-convention.ts";
import { openNativeKernels } from "../../../plugin/kernels/native.ts";
import { referenceKernels } from "../../../plugin/kernels/reference.ts";
import { assertAllClose } from "../../helpers/det.ts";
import { ballBeyondBoxField, randomField, torusField } from "../../helpers/fields.ts";
import { rejection } from "../../helpers/rejection.ts";
import { testUnless } from "../../helpers/skip.ts";
import { addonUnavailable, newControl, openAddon } from "./addon.ts";

/**
 * What the native kernels leave out changes a colour by less than 0.0003; their f32 values differ
 * from the reference's by some 1e-5 more. A quarter of a step of an 8-bit picture is 0.001.
 */
const PICTURE_TOLERANCE = 3.5e-4;
/** Where next to nothing is seen, its mean distance is a quotient of roundings. */
const SEEN = 0.01;
/** The distances differ by what is left out, as a share of what is seen, along a ray of length 3. */
const DEPTH_TOLERANCE = (3 * PICTURE_TOLERANCE) / SEEN;

const SILU: Activations = { hidden: "silu", density: "exp", colour: [0, 1] };

const FIELDS: Record<string, FoldedField> = {
  "a torus": torusField(16),
  "a ball beyond the box": ballBeyondBoxField(8),
  "random field 1": randomField(1).field,
  "random field 2, odd widths": randomField(2, { channels: 3, hidden: [5, 17, 3] }).field,
  "random field 3, SiLU": { ...randomField(3).field, activations: SILU },
  // Steep enough for parts that hide all and parts that are clear.
  "random field 4, steep": randomField(4, { gain: 12 }).field,
  "random field 5, steep SiLU": { ...randomField(5, { gain: 8 }).field, activations: SILU },
};

const MARCHERS: readonly ViewConvention["marcher"][] = ["importance", "uniform"];

const native = suite("native kernels, rendering");
const test = (name: string, body: () => void | Promise<void>) =>
  testUnless(addonUnavailable, native, name, body);

const kernels = () => openNativeKernels(fileURLToPath(new URL("../../../native", import.meta.url)));

function view(marcher: ViewConvention["marcher"], samples = 32): ViewConvention {
  return {
    marcher,
    samples,
    boxRadius: 1,
    fieldOfView: 1,
    orbitRadius: 3,
    orbitElevation: 0.3,
  };
}

function raysOf(convention: ViewConvention, size: number): Rays {
  const camera = orbitCamera(convention, ["y", "z", "x"], 0.5);
  return cameraRays(camera, { width: size, height: size });
}

function assertSamePicture(label: string, actual: Rendering, expected: Rendering): void {
  assertAllClose(`${label}, rgb`, actual.rgb, expected.rgb, PICTURE_TOLERANCE);
  assertAllClose(`${label}, opacity`, actual.opacity, expected.opacity, PICTURE_TOLERANCE);
  const seen = (depth: Float32Array) => depth.filter((_, ray) => expected.opacity[ray] > SEEN);
  assertAllClose(`${label}, depth`, seen(actual.depth), seen(expected.depth), DEPTH_TOLERANCE);
}

test("pictures are the reference's, by both marchers", async () => {
  for (const [name, field] of Object.entries(FIELDS)) {
    for (const marcher of MARCHERS) {
      const march = view(marcher);
      const request = { rays: raysOf(march, 13), march };
      const expected = await referenceKernels.render(field, request);
      const actual = await kernels().render(field, request);
      assertSamePicture(`${name}, ${marcher}`, actual, expected);
    }
  }
});

test("so they are where cells are proven clear, which pays with many rays only", async () => {
  for (const [name, field] of Object.entries(FIELDS).slice(-2)) {
    for (const marcher of MARCHERS) {
      const march = view(marcher, 64);
      const few = raysOf(march, 32);
      const expected = await kernels().render(field, { rays: few, march });
      const copies = 2 ** 22 / 64 / (few.origins.length / 3);
      const repeat = (values: Float32Array) =>
        Float32Array.from({ length: copies * values.length }, (_, i) => values[i % values.length]);
      const rays = { origins: repeat(few.origins), directions: repeat(few.directions) };
      const { rgb, opacity, depth } = await kernels().render(field, { rays, march });
      const first = {
        rgb: rgb.slice(0, expected.rgb.length),
        opacity: opacity.slice(0, expected.opacity.length),
        depth: depth.slice(0, expected.depth.length),
      };
      assertSamePicture(`${name}, ${marcher}`, first, expected);
    }
  }
});

test("single rays, rays that miss and rays from within are the reference's", async () => {
  const rays = {
    origins: Float32Array.of(-3, 0, 0, -3, 5, 0, 0.1, 0.2, 0.3),
    directions: Float32Array.of(1, 0, 0, 1, 0, 0, 0.6, 0, 0.8),
  };
  for (const marcher of MARCHERS) {
    for (let ray = 0; ray < 3; ray++) {
      const part = (values: Float32Array) => values.slice(3 * ray, 3 * ray + 3);
      const request = {
        rays: { origins: part(rays.origins), directions: part(rays.directions) },
        march: view(marcher),
      };
      const field = FIELDS["random field 1"];
      const expected = await referenceKernels.render(field, request);
      assertSamePicture(`${marcher} ${ray}`, await kernels().render(field, request), expected);
    }
  }
  const none = { origins: new Float32Array(0), directions: new Float32Array(0) };
  const { opacity } = await kernels().render(FIELDS["a torus"], {
    rays: none,
    march: view("uniform"),
  });
  assert.is(opacity.length, 0);
});

test("the number of threads does not matter, bit for bit", async () => {
  const march = view("importance");
  const { origins, directions } = raysOf(march, 40);
  const run = (threads: number) =>
    openAddon().render(
      FIELDS["random field 4, steep"],
      origins,
      directions,
      { uniform: false, expDensity: false, samples: 32, boxRadius: 1, threads },
      newControl(),
    );
  const [one, three] = [await run(1), await run(3)];
  assert.equal(one.rgb, three.rgb);
  assert.equal(one.depth, three.depth);
});

test("an abort stops the work, and progress ends at 1", async () => {
  const march = view("importance", 1024);
  const request = { rays: raysOf(march, 200), march };
  const abort = new AbortController();
  const work = kernels().render(FIELDS["random field 1"], request, { signal: abort.signal });
  abort.abort();
  assert.instance(await rejection(work), CancelledError);

  const fractions: number[] = [];
  const small = { rays: raysOf(march, 8), march };
  await kernels().render(FIELDS["random field 1"], small, {
    onProgress: (fraction) => fractions.push(fraction),
  });
  assert.is(fractions.at(-1), 1);
});

test("a field with a NaN and arguments of the wrong kind are refused by name", async () => {
  const march = view("uniform");
  const request = { rays: raysOf(march, 2), march };
  const broken = { ...FIELDS["a torus"], firstBias: Float32Array.of(0, Number.NaN) };
  const error = await rejection(kernels().render(broken, request));
  assert.instance(error, ModelError);
  assert.match(String(error), /firstBias\[1\] is NaN — /);

  const { origins, directions } = request.rays;
  const options = { uniform: true, expDensity: false, samples: 32, boxRadius: 1 };
  const call =
    (more: object, rays = origins) =>
    () =>
      openAddon().render(
        FIELDS["a torus"],
        rays,
        directions,
        { ...options, ...more },
        newControl(),
      );
  assert.throws(call({ samples: 9 }), /even number of samples/);
  assert.throws(call({ samples: 4 }), /options.samples: expected an integer from 8 to 1024/);
  assert.throws(call({ boxRadius: 0 }), /a box with a size/);
  assert.throws(call({}, new Float32Array(4)), /origins: expected 3 numbers a ray/);
  assert.throws(call({}, new Float32Array(3)), /directions: expected 3 elements but received 12/);
});

native.run();
