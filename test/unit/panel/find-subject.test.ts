import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findSubject, placeSubject } from "../../../editor-ui/panel/find-subject.ts";

const test = suite("panel/find subject");

type Colour = readonly [number, number, number, number];

/** 10 x 8 pixels of `ground` with a block of `subject` at x 3..6, y 2..4. */
function picture(ground: Colour, subject: Colour): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(10 * 8 * 4);
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 10; x++) {
      const isSubject = x >= 3 && x < 7 && y >= 2 && y < 5;
      rgba.set(isSubject ? subject : ground, (y * 10 + x) * 4);
    }
  }
  return rgba;
}

const BLOCK = { left: 3, top: 2, width: 4, height: 3 };
const WHOLE = { left: 0, top: 0, width: 10, height: 8 };

test("alpha tells the subject", () => {
  const { box, backdrop } = findSubject(picture([0, 0, 0, 0], [10, 20, 30, 255]), 10, 8);
  assert.equal(box, BLOCK);
  assert.is(backdrop, undefined);
});

test("without alpha it is what differs from the colour of the corners", () => {
  const { box, backdrop } = findSubject(picture([200, 210, 220, 255], [90, 20, 30, 255]), 10, 8);
  assert.equal(box, BLOCK);
  assert.equal(backdrop, [200, 210, 220]);
});

test("corners of several colours are no backdrop", () => {
  const rgba = picture([200, 210, 220, 255], [90, 20, 30, 255]);
  rgba.set([0, 0, 0, 255], 0);
  assert.equal(findSubject(rgba, 10, 8), { box: WHOLE, backdrop: undefined });
});

test("a picture of one colour, and one that is all transparent, is taken whole", () => {
  assert.equal(findSubject(picture([9, 9, 9, 255], [9, 9, 9, 255]), 10, 8).box, WHOLE);
  assert.equal(findSubject(picture([0, 0, 0, 0], [0, 0, 0, 0]), 10, 8), {
    box: WHOLE,
    backdrop: undefined,
  });
});

test("a subject is centred and its longest side fills its share of the frame", () => {
  const { scale, x, y } = placeSubject(BLOCK, 100, 0.8);
  assert.is(scale, 20, "4 pixels fill 80");
  assert.is(BLOCK.left * scale + x, 10, "left edge");
  assert.is((BLOCK.left + BLOCK.width) * scale + x, 90, "right edge");
  assert.is(BLOCK.top * scale + y, 20, "top edge");
  assert.is((BLOCK.top + BLOCK.height) * scale + y, 80, "bottom edge");
});

test.run();
