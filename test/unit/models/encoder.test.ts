import { suite } from "uvu";
import * as assert from "uvu/assert";
import { constant } from "../../../plugin/graph/ops/constant.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import type { Shape, Tensor } from "../../../plugin/graph/tensor.ts";
import { type EncoderWeights, encodeImage } from "../../../plugin/models/encoder.ts";
import { architectureOf, type ModelSizes } from "../../../plugin/models/families/config.ts";
import { normaliseAsImageNet } from "../../../plugin/models/families/imagenet.ts";
import { assertAllClose, det } from "../../helpers/det.ts";
import { runTensor } from "../../helpers/run-graph.ts";
import { SMALL_MODELS } from "../../helpers/small-models.ts";

/** Values of order 1 in f32, through one block. */
const FLOAT_TOLERANCE = 1e-5;
/** What a changed weight does to values of order 1, at least. */
const EFFECT = 1e-3;

const test = suite("image encoder");

const [WIDTH, PATCH, GRID, REGISTERS] = [8, 2, 2, 3];
const SETTINGS = { heads: 2, patchSize: PATCH, epsilon: 1e-6, positionForm: "size" } as const;
const PICTURE = constant([1, 3, 4, 4], det([3, 4, 4], 1));

let seed = 100;
const random = (...shape: Shape): Tensor => constant(shape, det(shape, seed++));
const affine = (...shape: Shape) => ({ weight: random(...shape), bias: random(shape[0]) });

/** One block, without LayerScale and registers. */
const PLAIN: EncoderWeights = {
  classToken: random(1, 1, WIDTH),
  positions: random(1, 1 + GRID ** 2, WIDTH),
  patches: affine(WIDTH, 3, PATCH, PATCH),
  blocks: [
    {
      norm1: affine(WIDTH),
      attention: {
        query: affine(WIDTH, WIDTH),
        key: affine(WIDTH, WIDTH),
        value: affine(WIDTH, WIDTH),
        output: affine(WIDTH, WIDTH),
      },
      norm2: affine(WIDTH),
      expand: affine(4 * WIDTH, WIDTH),
      contract: affine(WIDTH, 4 * WIDTH),
    },
  ],
  norm: affine(WIDTH),
};

const tokens = (weights: EncoderWeights): Promise<Float32Array> =>
  runTensor(encodeImage(PICTURE, weights, SETTINGS));

function withLayerScale(weights: EncoderWeights, value: number): EncoderWeights {
  const scale = constant([WIDTH], new Float32Array(WIDTH).fill(value));
  const blocks = weights.blocks.map((block) => ({ ...block, scale1: scale, scale2: scale }));
  return { ...weights, blocks };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

test("LayerScale multiplies what a block adds: 1 is none, 0 leaves the embedded tokens", async () => {
  const plain = await tokens(PLAIN);
  assertAllClose("scale 1", await tokens(withLayerScale(PLAIN, 1)), plain, FLOAT_TOLERANCE);
  const embedded = await tokens({ ...PLAIN, blocks: [] });
  assertAllClose("scale 0", await tokens(withLayerScale(PLAIN, 0)), embedded, FLOAT_TOLERANCE);
});

test("registers are attended to, and neither have a position nor are given out", async () => {
  const registers = random(1, REGISTERS, WIDTH);
  const without = await tokens(PLAIN);
  const attended = await tokens({ ...PLAIN, registers });
  assert.is(attended.length, without.length);
  assert.ok(largestDifference(attended, without) > EFFECT);

  const idle = await tokens({ ...withLayerScale(PLAIN, 0), registers });
  const embedded = await tokens({ ...PLAIN, blocks: [] });
  assertAllClose("what the registers are not mixed into", idle, embedded, FLOAT_TOLERANCE);
});

test("the order of registers does not matter, as they have no position", async () => {
  const values = det([REGISTERS, WIDTH], 7);
  const reversed = Float32Array.from(values, (_, i) => {
    const register = REGISTERS - 1 - Math.floor(i / WIDTH);
    return values[register * WIDTH + (i % WIDTH)];
  });
  const shape = [1, REGISTERS, WIDTH];
  const forward = await tokens({ ...PLAIN, registers: constant(shape, values) });
  const backward = await tokens({ ...PLAIN, registers: constant(shape, reversed) });
  assertAllClose("tokens", backward, forward, FLOAT_TOLERANCE);
});

test("ImageNet's mean becomes 0 and a standard deviation above it 1", async () => {
  const picture = Float32Array.of(0.485, 0.485 + 0.229, 0.456, 0.456 + 0.224, 0.406, 0.406 + 0.225);
  const normalised = await runTensor(
    normaliseAsImageNet(input("picture", [1, 3, 1, 2])),
    new Map([["picture", picture]]),
  );
  assertAllClose("value", normalised, [0, 1, 0, 1, 0, 1], FLOAT_TOLERANCE);
});

/** The colour that the patch embedding sees as nothing. */
const NEUTRAL: readonly [sizes: ModelSizes, colour: readonly number[], said: string][] = [
  [SMALL_MODELS.vfusion3d, [0.485, 0.456, 0.406], "ImageNet's mean"],
  [SMALL_MODELS.openlrm, [0, 0, 0], "black: the picture is not normalised"],
  [SMALL_MODELS.triposr, [0.485, 0.456, 0.406], "ImageNet's mean"],
];

for (const [sizes, colour, said] of NEUTRAL) {
  test(`${sizes.family}: the encoder's zero is ${said}`, async () => {
    const { imageTokens, parameters } = architectureOf(sizes).build();
    const { imageSize } = sizes.encoder;
    const picture = Float32Array.from(
      { length: 3 * imageSize ** 2 },
      (_, i) => colour[Math.floor(i / imageSize ** 2)],
    );
    const tokensWith = (patchScale: number): Promise<Float32Array> => {
      const values = [...parameters].map(([name, { shape }], k): [string, Float32Array] => {
        const isPatchWeight = shape.length === 4 && shape[1] === 3;
        return [name, det(shape, k, isPatchWeight ? patchScale : 0.1)];
      });
      return runTensor(imageTokens, new Map([...values, ["picture", picture]]));
    };
    assertAllClose("tokens", await tokensWith(1), await tokensWith(2), FLOAT_TOLERANCE);
  });
}

test.run();
