import { suite } from "uvu";
import * as assert from "uvu/assert";
import { elementCount } from "../../plugin/graph/shapes.ts";
import { architectureOf, type ModelSizes } from "../../plugin/models/families/config.ts";
import { OPENLRM } from "../../plugin/models/families/openlrm.ts";
import { TRIPOSR } from "../../plugin/models/families/triposr.ts";
import { VFUSION3D } from "../../plugin/models/families/vfusion3d.ts";

/** Released sizes: parameters, those of the triplane transformer, image tokens, channels. */
const MODELS: readonly {
  readonly name: string;
  readonly sizes: ModelSizes;
  readonly parameters: number;
  readonly tokens: readonly number[];
  readonly channels: number;
  /** What the names of the transformer's tensors begin with, and how many values they hold. */
  readonly transformer?: readonly [prefixes: readonly string[], parameters: number];
}[] = [
  {
    name: "VFusion3D",
    sizes: VFUSION3D,
    parameters: 452_135_700,
    tokens: [1, 1297, 768],
    channels: 80,
    transformer: [["transformer."], 364_464_208],
  },
  {
    name: "OpenLRM small",
    sizes: OPENLRM.small,
    parameters: 111_390_948,
    tokens: [1, 257, 384],
    channels: 32,
    transformer: [["transformer.", "pos_embed", "upsampler."], 88_251_424],
  },
  {
    name: "OpenLRM base",
    sizes: OPENLRM.base,
    parameters: 260_201_972,
    tokens: [1, 577, 768],
    channels: 48,
    transformer: [["transformer.", "pos_embed", "upsampler."], 172_534_320],
  },
  {
    name: "OpenLRM large",
    sizes: OPENLRM.large,
    parameters: 452_138_004,
    tokens: [1, 1025, 768],
    channels: 80,
    transformer: [["transformer.", "pos_embed", "upsampler."], 364_464_208],
  },
  {
    name: "TripoSR",
    sizes: TRIPOSR,
    parameters: 419_275_628,
    tokens: [1, 1025, 768],
    channels: 40,
  },
];

const test = suite("models at full size");

for (const { name, sizes, parameters, tokens, channels, transformer } of MODELS) {
  const network = architectureOf(sizes).build();
  const count = (prefixes: readonly string[]): number =>
    [...network.parameters.values()]
      .filter((parameter) => prefixes.some((prefix) => parameter.name.startsWith(prefix)))
      .reduce((sum, { shape }) => sum + elementCount(shape), 0);

  test(`parity case 33: ${name} has ${parameters} parameters`, () => {
    assert.is(count([""]), parameters);
    if (transformer !== undefined) assert.is(count(transformer[0]), transformer[1]);
  });

  test(`${name}: shapes from picture to planes`, () => {
    const { imageSize } = sizes.encoder;
    assert.equal(network.picture.shape, [1, 3, imageSize, imageSize]);
    assert.equal(network.imageTokens.shape, tokens);
    assert.equal(network.planes.shape, [1, 3, channels, 64, 64]);
  });
}

test.run();
