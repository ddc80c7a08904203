import { suite } from "uvu";
import * as assert from "uvu/assert";
import { placeInCentre, visibleBounds } from "../../../plugin/image/recenter.ts";
import { box, drawPicture } from "../../helpers/pictures.ts";

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

test("a line one pixel wide is enlarged, not lost", () => {
  const line = placeInCentre({ left: 0, top: 0, right: 1, bottom: 1000 }, 100, 80);
  assert.equal(line.bounds, { left: 49, top: 10, right: 50, bottom: 90 });
});

test.run();
