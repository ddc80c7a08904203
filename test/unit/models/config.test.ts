import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import {
  architectureOf,
  encodeModelConfig,
  type ModelSizes,
  parseModelConfig,
} from "../../../plugin/models/families/config.ts";
import { OPENLRM } from "../../../plugin/models/families/openlrm.ts";
import { TRIPOSR } from "../../../plugin/models/families/triposr.ts";
import { VFUSION3D } from "../../../plugin/models/families/vfusion3d.ts";
import { SMALL_MODELS } from "../../helpers/small-models.ts";
import { TINY_CONFIG } from "../../helpers/tiny-model.ts";

const test = suite("config.json");

const parse = (config: unknown): ReturnType<typeof parseModelConfig> =>
  parseModelConfig(JSON.stringify(config), "config.json");

const NAMED: readonly [name: string, sizes: ModelSizes][] = [
  ["VFusion3D", VFUSION3D],
  ["OpenLRM small", OPENLRM.small],
  ["OpenLRM base", OPENLRM.base],
  ["OpenLRM large", OPENLRM.large],
  ["TripoSR", TRIPOSR],
];

for (const [name, sizes] of NAMED) {
  test(`${name}: what is written is read back, name, licence and architecture`, () => {
    const licence = { spdx: "MIT", commercialUse: true, source: "https://example.org" };
    const text = encodeModelConfig({ ...sizes, name, licence });
    const described = parseModelConfig(text, "config.json");
    assert.is(described.name, name);
    assert.equal(described.licence, licence);
    const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));
    assert.equal(plain(described.architecture), plain(architectureOf(sizes)));
  });
}

test("a file without a licence is one of an unknown licence", () => {
  assert.is(parse({ ...TRIPOSR, name: "x" }).licence, undefined);
});

test("the embedded model's file is a VFusion3D model", () => {
  const { architecture } = parse(TINY_CONFIG);
  assert.is(architecture.family, "vfusion3d");
  assert.equal(architecture.config, {
    encoder: { imageSize: 30, patchSize: 7, positionGrid: 5, width: 8, layers: 1, heads: 2 },
    camera: { width: 6 },
    transformer: { width: 16, layers: 1, heads: 2, tokenSide: 2, channels: 3 },
    decoder: { hidden: 8, layers: 4, isoDensity: 1 },
    positionForm: "offset0.1",
  });
});

test("the embedded model's file: the position grid is the picture's unless it states another", () => {
  const { position_grid: _, ...plain } = encoder;
  const { parameters } = parse({ ...TINY_CONFIG, encoder: plain }).architecture.build();
  const table = parameters.get("encoder.model.embeddings.position_embeddings");
  assert.equal(table?.shape, [1, 1 + 4 * 4, 8]); // floor(30 / 7) = 4
});

const { encoder, transformer, decoder, sampling, camera_embedder: camera } = TINY_CONFIG;
const { openlrm, triposr, vfusion3d } = SMALL_MODELS;

const REFUSED: readonly [title: string, config: unknown, key: string][] = [
  ["no object", 3, "the file"],
  ["another family", { ...TINY_CONFIG, family: "nerf" }, "family"],
  ["a missing name", openlrm, "name"],
  ["a key that no model has", { ...triposr, name: "x", camera: { width: 8 } }, "the file"],
  ["a missing part", { ...openlrm, name: "x", camera: undefined }, "camera"],
  [
    "no layers",
    { ...vfusion3d, name: "x", decoder: { ...vfusion3d.decoder, layers: 0 } },
    "decoder.layers",
  ],
  [
    "a billion layers",
    { ...openlrm, name: "x", encoder: { ...openlrm.encoder, layers: 1e9 } },
    "encoder.layers",
  ],
  [
    "heads that do not divide the width",
    { ...openlrm, name: "x", transformer: { ...openlrm.transformer, heads: 3 } },
    "transformer.heads",
  ],
  [
    "a picture smaller than a patch",
    { ...triposr, name: "x", encoder: { ...triposr.encoder, imageSize: 15 } },
    "encoder.imageSize",
  ],
  [
    "channels that are not whole groups",
    { ...triposr, name: "x", transformer: { ...triposr.transformer, width: 48 } },
    "transformer.width",
  ],
  [
    "a density of zero",
    { ...triposr, name: "x", decoder: { ...triposr.decoder, isoDensity: 0 } },
    "decoder.isoDensity",
  ],
  [
    "the embedded model's: a missing part",
    { ...TINY_CONFIG, transformer: undefined },
    "transformer",
  ],
  [
    "the embedded model's: heads that do not divide the width",
    { ...TINY_CONFIG, encoder: { ...encoder, num_heads: 3 } },
    "encoder.num_heads",
  ],
  [
    "the embedded model's: another standard deviation",
    { ...TINY_CONFIG, encoder: { ...encoder, image_std: [1, 0, 1] } },
    "encoder.image_std",
  ],
  [
    "the embedded model's: another camera",
    { ...TINY_CONFIG, camera_embedder: { ...camera, constant_input: Array(16).fill(0) } },
    "camera_embedder.constant_input",
  ],
  [
    "the embedded model's: attention biases",
    { ...TINY_CONFIG, transformer: { ...transformer, attention_bias: true } },
    "transformer.attention_bias",
  ],
  [
    "the embedded model's: a context of another width",
    { ...TINY_CONFIG, transformer: { ...transformer, cond_dim: 9 } },
    "transformer.cond_dim",
  ],
  [
    "the embedded model's: planes that are not twice the tokens",
    { ...TINY_CONFIG, transformer: { ...transformer, triplane_high_res: 5 } },
    "transformer.triplane_high_res",
  ],
  [
    "the embedded model's: another activation",
    { ...TINY_CONFIG, decoder: { ...decoder, activation: "silu" } },
    "decoder.activation",
  ],
  [
    "the embedded model's: another alignment of the samples",
    { ...TINY_CONFIG, sampling: { ...sampling, align_corners: true } },
    "sampling.align_corners",
  ],
];

for (const [title, config, key] of REFUSED) {
  test(`refuses ${title} and names ${key}`, () => {
    assert.throws(
      () => parse(config),
      (error: unknown) =>
        error instanceof ModelError && error.message.startsWith(`config.json: ${key}: `),
    );
  });
}

test("an unknown family is told which ones there are", () => {
  assert.throws(
    () => parse({ family: "nerf" }),
    (error: unknown) =>
      error instanceof ModelError &&
      error.message.endsWith("it must describe a vfusion3d, openlrm or triposr model"),
  );
});

test("refuses what is not JSON", () => {
  assert.throws(
    () => parseModelConfig("{", "config.json"),
    (error: unknown) => error instanceof ModelError && error.code === "unreadable",
  );
});

test.run();
