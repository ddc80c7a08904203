import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import { evaluateField } from "../../../plugin/field/evaluate.ts";
import { foldTriplane } from "../../../plugin/field/fold.ts";
import { assertAllClose, det } from "../../helpers/det.ts";
import { RELU_ACTIVATIONS, randomField, SILU_ACTIVATIONS } from "../../helpers/fields.ts";
import { evaluateUnfolded } from "../../helpers/unfolded-field.ts";

/** Folded planes are rounded to f32, 6e-8 of values around 10, through layers that amplify by 10. */
const FOLD_TOLERANCE = 1e-5;

const test = suite("fold");

test("folding changes nothing but rounding, inside the box, on its faces and beyond, for each activation", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const hidden = [[5], [8, 8], [3, 9, 64], [1], [7, 7, 7]][seed % 5];
    const activations = seed % 2 === 0 ? RELU_ACTIVATIONS : SILU_ACTIVATIONS;
    const channels = 1 + (seed % 5);
    const { triplane, decoder, field } = randomField(seed, { channels, hidden, activations });
    const points = det([200, 3], seed, 1.6);
    points.set([-1, -1, -1, 1, 1, 1, -1, 0, 1]);
    const expected = evaluateUnfolded(triplane, decoder, points);
    assertAllClose(`seed ${seed}`, evaluateField(field, points), expected, FOLD_TOLERANCE);
  }
});

test("planes of different height and width keep their axes", () => {
  const { decoder } = randomField(3, { channels: 2 });
  const triplane = { channels: 2, height: 3, width: 7, data: det([3, 2, 3, 7], 9) };
  const points = det([100, 3], 5);
  const folded = evaluateField(foldTriplane(triplane, decoder), points);
  assertAllClose("values", folded, evaluateUnfolded(triplane, decoder, points), FOLD_TOLERANCE);
});

test("a decoder that does not fit the triplane is refused with the layer and both shapes", () => {
  const { triplane, decoder } = randomField(1);
  const refused = (layers: typeof decoder.layers, message: string) => {
    try {
      foldTriplane(triplane, { ...decoder, layers });
      assert.unreachable("accepted");
    } catch (error) {
      assert.instance(error, ModelError);
      assert.match(String(error), message);
    }
  };
  refused(decoder.layers.slice(1), "layer 0 has the shape (8, 8), expected (8, 18)");
  refused(decoder.layers.slice(0, 2), "layer 1 has the shape (8, 8), expected (4, 8)");
  refused(decoder.layers.slice(0, 1), "1 layer(s)");
});

test("a triplane whose data has the wrong length is refused", () => {
  const { triplane, decoder } = randomField(1);
  assert.throws(() => foldTriplane({ ...triplane, height: 6 }, decoder), "450 values");
});

test.run();
