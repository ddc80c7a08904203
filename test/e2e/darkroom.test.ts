import { type Document, WebIO } from "@gltf-transform/core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../plugin/core/errors.ts";
import type { RgbaImage } from "../../plugin/core/image.ts";
import { type Darkroom, openDarkroom } from "../../plugin/evaluation/darkroom.ts";
import { boundsOf, measureMesh } from "../../plugin/mesh/measure.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { boxesGlb, type ColouredBox } from "../helpers/coloured-boxes.ts";
import { assertClose } from "../helpers/det.ts";
import { testUnless } from "../helpers/skip.ts";

const test = suite("e2e/darkroom");
const noBrowser = await browserUnavailable();

const SIZE = 64;
/** Linear components and what sRGB makes of them (IEC 61966-2-1), in bytes. */
const BRIGHT = { linear: 0.8, srgb: 231 };
const DARK = { linear: 0.02, srgb: 39 };
/** The browser works with half floats in places. */
const BYTE_TOLERANCE = 1;

const RED = [BRIGHT.linear, DARK.linear, DARK.linear] as const;
const GREEN = [DARK.linear, BRIGHT.linear, DARK.linear] as const;
const BLUE = [DARK.linear, DARK.linear, BRIGHT.linear] as const;

/** Sides -X, +X green; -Y, +Y and -Z blue; +Z red. Twice as wide as high and deep. */
const BLOCK: ColouredBox = {
  min: [-1, 0, -0.5],
  max: [1, 1, 0.5],
  sides: [GREEN, GREEN, BLUE, BLUE, BLUE, RED],
};

const CAMERA = { distance: 4, fieldOfView: Math.PI / 4, size: SIZE } as const;
const PLACEMENT = { centre: [0, 0.5, 0], scale: 1 } as const;

let darkroom: Darkroom;
test.before(async () => {
  if (noBrowser === undefined) darkroom = await openDarkroom();
});
test.after(async () => {
  if (noBrowser === undefined) await darkroom.close();
});

function pixel({ width, height, data }: RgbaImage, x: number, y: number): number[] {
  const at = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
  return [...data.subarray(at, at + 4)];
}

function assertColour(label: string, actual: readonly number[], linear: readonly number[]): void {
  linear.forEach((value, c) => {
    const expected = value === BRIGHT.linear ? BRIGHT.srgb : DARK.srgb;
    assertClose(`${label}, channel ${c}`, actual[c], expected, BYTE_TOLERANCE);
  });
}

testUnless(
  noBrowser,
  test,
  "base colours come out exactly, from the side that the view names",
  async () => {
    const views = [0, 90, 180, 270].map((azimuthDegrees) => ({
      azimuthDegrees,
      elevationDegrees: 0,
    }));
    const glb = await boxesGlb([BLOCK]);
    const request = { ...CAMERA, glb, placement: PLACEMENT, views };
    const onWhite = await darkroom.renderAlbedo({ ...request, backdrop: "white" });
    const sides = [RED, GREEN, BLUE, GREEN];
    for (const [k, picture] of onWhite.entries()) {
      assertColour(`view ${k}`, pixel(picture, 0.5, 0.5), sides[k]);
      assert.equal(pixel(picture, 0.02, 0.5), [255, 255, 255, 255], "white beside it");
    }
    const [transparent] = await darkroom.renderAlbedo({ ...request, backdrop: "transparent" });
    assertColour("on nothing", pixel(transparent, 0.5, 0.5), RED);
    assert.is(pixel(transparent, 0.5, 0.5)[3], 255);
    assert.equal(pixel(transparent, 0.02, 0.5), [0, 0, 0, 0]);
  },
);

testUnless(
  noBrowser,
  test,
  "the camera stands where it is told and has the given angle",
  async () => {
    const [picture] = await darkroom.renderAlbedo({
      ...CAMERA,
      glb: await boxesGlb([BLOCK]),
      placement: { centre: [0, 0.5, 0], scale: 0.5 },
      views: [{ azimuthDegrees: 0, elevationDegrees: 0 }],
      backdrop: "transparent",
    });
    // The red face: 1 x 0.5 at a distance of 4 - 0.25.
    const visible = 2 * 3.75 * Math.tan(CAMERA.fieldOfView / 2);
    const coverage = (channel: (k: number) => number) => {
      let sum = 0;
      for (let k = 0; k < SIZE; k++) sum += picture.data[4 * channel(k) + 3] / 255;
      return sum / SIZE;
    };
    const onePixel = 1 / SIZE;
    assertClose(
      "width",
      coverage((k) => (SIZE / 2) * SIZE + k),
      1 / visible,
      onePixel,
    );
    assertClose(
      "height",
      coverage((k) => k * SIZE + SIZE / 2),
      0.5 / visible,
      onePixel,
    );
  },
);

testUnless(
  noBrowser,
  test,
  "a surface is read as it is shown: in world space, outward",
  async () => {
    const surface = await darkroom.readSurface(await boxesGlb([BLOCK]));
    const { volume, area, manifoldness } = measureMesh(surface);
    assertClose("volume", volume, 2, 1e-6);
    assertClose("area", area, 10, 1e-6);
    assert.ok(manifoldness.closed);
    assert.equal(boundsOf(surface), { min: [-1, 0, -0.5], max: [1, 1, 0.5] });

    const io = new WebIO();
    const document: Document = await io.readBinary(await boxesGlb([BLOCK]));
    document.getRoot().listNodes()[0].setScale([-2, 1, 1]).setTranslation([5, 0, 0]);
    const mirrored = await darkroom.readSurface(await io.writeBinary(document));
    assertClose("volume of a mirrored node", measureMesh(mirrored).volume, 4, 1e-6);
    assert.equal(boundsOf(mirrored), { min: [3, 0, -0.5], max: [7, 1, 0.5] });
  },
);

testUnless(
  noBrowser,
  test,
  "bytes that are no GLB, and an empty one, are refused; work goes on",
  async () => {
    for (const glb of [new Uint8Array(100), await boxesGlb([])]) {
      try {
        await darkroom.readSurface(glb);
        assert.unreachable("must throw");
      } catch (error) {
        assert.instance(error, InputError);
        assert.match((error as InputError).message, /^mesh: .+ — give a plain GLB$/);
      }
    }
    assert.is((await darkroom.readSurface(await boxesGlb([BLOCK]))).triangles.length, 36);
  },
);

test.run();
