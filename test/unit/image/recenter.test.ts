import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  placeInCentre,
  recenterAsReference,
  visibleBounds,
} from "../../../plugin/image/recenter.ts";
import { box, drawPicture, pixel } from "../../helpers/pictures.ts";

const test = suite("recenter");

/** A picture of one alpha value inside a box and nothing outside. */
function boxPicture(
  width: number,
  height: number,
  bounds: readonly [number, number, number, number],
  alpha = 255,
) {
  const image = drawPicture(width, height, () => [0, 0, 0], []);
  const inside = box(...bounds);
  for (let p = 0; p < width * height; p++) {
    const isInside = inside((p % width) + 0.5, Math.floor(p / width) + 0.5) === 1;
    image.data.set(isInside ? [200, 100, 50, alpha] : [0, 0, 0, 0], 4 * p);
  }
  return image;
}

test("bounds hold every pixel above the threshold", () => {
  const image = boxPicture(40, 30, [7, 5, 20, 25], 9);
  assert.equal(visibleBounds(image, 0), { left: 7, top: 5, right: 20, bottom: 25 });
  assert.is(visibleBounds(image, 9), undefined);
});

test("sizes and places are cut to whole pixels as in the reference", () => {
  // 13 x 20 on 100 with longest 80: scale 4, 52 x 80 at ((100 - 52) / 2, (100 - 80) / 2).
  assert.equal(placeInCentre({ left: 7, top: 5, right: 20, bottom: 25 }, 100, 80), {
    size: 100,
    bounds: { left: 24, top: 10, right: 76, bottom: 90 },
  });
  // 7 x 9 on 33 with longest 26: scale 26/9, int(7 * 2.888) = 20, (33 - 20) // 2 = 6, 7 // 2 = 3.
  assert.equal(placeInCentre({ left: 0, top: 0, right: 7, bottom: 9 }, 33, 26), {
    size: 33,
    bounds: { left: 6, top: 3, right: 26, bottom: 29 },
  });
});

test("as in the reference, the object's last row and column are lost", () => {
  // Box of 11 x 21 pixels: h = 20, w = 10; canvas 40, desired int(40 * 0.8) = 32, scale 1.6,
  // h2 = 32, w2 = 16, top (40 - 32) // 2 = 4, left (40 - 16) // 2 = 12.
  const image = boxPicture(40, 30, [7, 5, 18, 26]);
  image.data.set([0, 255, 0, 255], 4 * (25 * 40 + 17));
  const centred = recenterAsReference(image, { left: 7, top: 5, right: 18, bottom: 26 }, 0.2);
  assert.is(centred.width, 40);
  assert.is(centred.height, 40);
  assert.equal(visibleBounds(centred, 0), { left: 12, top: 4, right: 28, bottom: 36 });
  assert.equal(pixel(centred, 27, 35), [200, 100, 50, 255], "the corner's green pixel is gone");
});

test("values are cut, not rounded, to bytes, each channel on its own", () => {
  // 5 x 5 picture of 5 x 5 visible pixels: crop 4 x 4, desired 4: unchanged but for the cut.
  const image = boxPicture(5, 5, [0, 0, 5, 5]);
  const centred = recenterAsReference(image, { left: 0, top: 0, right: 5, bottom: 5 }, 0.2);
  for (const [c, value] of [200, 100, 50, 255].entries()) {
    const cut = Math.trunc(255 * Math.fround(value / 255));
    assert.is(pixel(centred, 0, 0)[c], cut, `channel ${c}`);
  }
  assert.equal(pixel(centred, 4, 4), [0, 0, 0, 0]);
});

test("an object of one pixel and a line one pixel wide are enlarged, not lost", () => {
  const dot = recenterAsReference(
    boxPicture(20, 20, [3, 4, 4, 5]),
    { left: 3, top: 4, right: 4, bottom: 5 },
    0.2,
  );
  assert.equal(visibleBounds(dot, 0), { left: 2, top: 2, right: 18, bottom: 18 });
  const line = placeInCentre({ left: 0, top: 0, right: 1, bottom: 1000 }, 100, 80);
  assert.equal(line.bounds, { left: 49, top: 10, right: 50, bottom: 90 });
});

test.run();
