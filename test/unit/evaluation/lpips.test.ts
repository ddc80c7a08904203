import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import type { FloatImage } from "../../../plugin/core/image.ts";
import { findLpips, Lpips, lpipsHint } from "../../../plugin/evaluation/images/lpips.ts";
import { type LpipsBackbone, lpipsGraph } from "../../../plugin/evaluation/images/lpips-graph.ts";
import { assertClose, det } from "../../helpers/det.ts";
import {
  LPIPS_NETWORKS,
  randomLpips,
  type Weights,
  writeLpipsFiles,
} from "../../helpers/lpips-files.ts";
import { encodeSafetensors, storedFloats } from "../../helpers/safetensors.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("evaluation/lpips");

/** Of the distance: f32 sums in another order, through up to 13 convolutions. */
const RELATIVE = 1e-4;

/** The smallest pictures that leave one place of features at the last tap. */
const SIZES = { alex: 35, vgg: 16 } as const;

function randomPicture(size: number, seed: number): FloatImage {
  const data = det([size, size, 3], seed).map((value) => (value + 1) / 2);
  return { width: size, height: size, channels: 3, data };
}

function tensorOf(
  weights: Weights,
  name: string,
): { shape: readonly number[]; values: Float32Array } {
  const found = weights.get(name);
  if (found === undefined) throw new Error(`no tensor ${name}`);
  return found;
}

/** (channels, side, side), f64. */
interface Features {
  readonly channels: number;
  readonly side: number;
  readonly data: Float64Array;
}

// The metric once more, in plain loops and from the published layer lists.

const ALEX = ["c0 11 4 2", "tap", "p3", "c3 5 1 2", "tap", "p3", "c6 3 1 1", "tap"].concat([
  ...["c8 3 1 1", "tap", "c10 3 1 1", "tap"],
]);
const VGG = [0, 2, -1, 5, 7, -1, 10, 12, 14, -1, 17, 19, 21, -1, 24, 26, 28].flatMap((index) =>
  index === -1 ? ["tap", "p2"] : [`c${index} 3 1 1`],
);
const PROGRAMS = { alex: ALEX, vgg: [...VGG, "tap"] };

function referenceTaps(backbone: LpipsBackbone, picture: FloatImage, weights: Weights): Features[] {
  const { width: side, data } = picture;
  const shift = [-0.03, -0.088, -0.188];
  const scale = [0.458, 0.448, 0.45];
  let x: Features = { channels: 3, side, data: new Float64Array(data.length) };
  for (let i = 0; i < data.length; i++) {
    const [pixel, c] = [Math.floor(i / 3), i % 3];
    x.data[c * side * side + pixel] = (2 * data[i] - 1 - shift[c]) / scale[c];
  }
  const taps: Features[] = [];
  for (const step of PROGRAMS[backbone]) {
    if (step === "tap") taps.push(x);
    else if (step.startsWith("p")) x = referencePool(x, Number(step.slice(1)));
    else x = referenceConvolution(x, step.slice(1).split(" ").map(Number), weights);
  }
  return taps;
}

function referenceConvolution(
  x: Features,
  [index, kernel, stride, padding]: readonly number[],
  weights: Weights,
): Features {
  const weight = tensorOf(weights, `features.${index}.weight`);
  const bias = tensorOf(weights, `features.${index}.bias`);
  const [channels] = weight.shape;
  const side = Math.floor((x.side + 2 * padding - kernel) / stride) + 1;
  const data = new Float64Array(channels * side * side);
  for (let out = 0; out < data.length; out++) {
    const channel = Math.floor(out / (side * side));
    const row = Math.floor(out / side) % side;
    let sum = bias.values[channel];
    for (let c = 0; c < x.channels; c++) {
      for (let i = 0; i < kernel; i++) {
        const y = row * stride + i - padding;
        if (y < 0 || y >= x.side) continue;
        for (let j = 0; j < kernel; j++) {
          const at = (out % side) * stride + j - padding;
          if (at < 0 || at >= x.side) continue;
          const w = weight.values[((channel * x.channels + c) * kernel + i) * kernel + j];
          sum += w * x.data[(c * x.side + y) * x.side + at];
        }
      }
    }
    data[out] = Math.max(0, sum);
  }
  return { channels, side, data };
}

/** Windows of 3 or 2, two apart. */
function referencePool(x: Features, kernel: number): Features {
  const side = Math.floor((x.side - kernel) / 2) + 1;
  const data = new Float64Array(x.channels * side * side).fill(-Infinity);
  for (let out = 0; out < data.length; out++) {
    const channel = Math.floor(out / (side * side));
    const [row, column] = [Math.floor(out / side) % side, out % side];
    for (let i = 0; i < kernel * kernel; i++) {
      const y = 2 * row + Math.floor(i / kernel);
      const at = (channel * x.side + y) * x.side + 2 * column + (i % kernel);
      data[out] = Math.max(data[out], x.data[at]);
    }
  }
  return { channels: x.channels, side, data };
}

function referenceDistance(
  backbone: LpipsBackbone,
  a: FloatImage,
  b: FloatImage,
  weights: { backbone: Weights; lin: Weights },
): number {
  const tapsOfB = referenceTaps(backbone, b, weights.backbone);
  let distance = 0;
  for (const [k, tapA] of referenceTaps(backbone, a, weights.backbone).entries()) {
    const lin = tensorOf(weights.lin, `lin${k}.model.1.weight`);
    const places = tapA.side * tapA.side;
    for (let place = 0; place < places; place++) {
      const vector = (tap: Features) => {
        const values = Array.from({ length: tap.channels }, (_, c) => tap.data[c * places + place]);
        const length = Math.hypot(...values) + 1e-10;
        return values.map((value) => value / length);
      };
      const [unitA, unitB] = [vector(tapA), vector(tapsOfB[k])];
      unitA.forEach((value, c) => {
        distance += (lin.values[c] * (value - unitB[c]) ** 2) / places;
      });
    }
  }
  return distance;
}

for (const backbone of ["alex", "vgg"] as const) {
  test(`the ${backbone} graph gives what a plain implementation gives`, () =>
    withFolder({}, async (folder) => {
      await writeLpipsFiles(folder, backbone);
      assert.is(findLpips(folder), backbone);
      const size = SIZES[backbone];
      const lpips = await Lpips.open(backbone, folder, size);
      try {
        const [a, b] = [randomPicture(size, 1), randomPicture(size, 2)];
        const expected = referenceDistance(backbone, a, b, randomLpips(backbone));
        assert.ok(expected > 0.1, `${expected}`);
        assertClose("distance", await lpips.distance(a, b), expected, RELATIVE * expected);
        assert.is(await lpips.distance(a, a), 0);
      } finally {
        await lpips.close();
      }
    }));
}

test("the number of features is that of the published networks", () => {
  const count = (backbone: LpipsBackbone) =>
    lpipsGraph(backbone, 64).backbone.reduce(
      (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
      0,
    );
  // torchvision's `features`: all parameters less the three classifier layers.
  assert.is(count("alex"), 61_100_840 - 58_631_144);
  assert.is(count("vgg"), 138_357_544 - 123_642_856);
});

const ADDRESSES = {
  backbone: "https://download.pytorch.org/models/alexnet-owt-7be5be79.pth",
  weights:
    "https://github.com/richzhang/PerceptualSimilarity/raw/master/lpips/weights/v0.1/alex.pth",
};

test("without the files there is no LPIPS, and the hint says what to put where", () =>
  withFolder({}, async (folder) => {
    assert.is(findLpips(folder), undefined);
    const { backbone, weights } = ADDRESSES;
    assert.is(
      lpipsHint(folder),
      `LPIPS: not installed — download ${backbone} and ${weights} into ${folder}`,
    );
  }));

test("with one of the files the hint names the other", () =>
  withFolder({ "alex/alex.pth": "", "vgg/vgg16-397923af.pth": "" }, async (root) => {
    const [alex, vgg] = [join(root, "alex"), join(root, "vgg")];
    assert.is(findLpips(alex), undefined);
    assert.is(
      lpipsHint(alex),
      `LPIPS: not installed — download ${ADDRESSES.backbone} into ${alex}`,
    );
    assert.match(lpipsHint(vgg), /download https:\S+\/v0\.1\/vgg\.pth into /);
  }));

test("a file with another network's tensors is refused by the tensor's name", () =>
  withFolder({}, async (folder) => {
    await writeLpipsFiles(folder, "vgg");
    // Of any format: a file is known by its content.
    const other = new Map([["features.0.weight", storedFloats([1, 1], Float32Array.of(0))]]);
    await writeFile(join(folder, LPIPS_NETWORKS.vgg.backboneFile), encodeSafetensors(other));
    try {
      await Lpips.open("vgg", folder, 16);
      assert.unreachable("must throw");
    } catch (error) {
      assert.instance(error, ModelError);
      assert.match((error as ModelError).message, /features\.0\.weight is \(1,1\) instead of/);
    }
  }));

test.run();
