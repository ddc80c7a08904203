import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import { parseVFusion3dConfig } from "../../../plugin/models/families/vfusion3d-config.ts";
import { TINY_CONFIG } from "../../helpers/tiny-model.ts";

const test = suite("VFusion3D config.json");

const { encoder, transformer, decoder, sampling } = TINY_CONFIG;

const parse = (config: unknown): ReturnType<typeof parseVFusion3dConfig> =>
  parseVFusion3dConfig(JSON.stringify(config), "config.json");

test("the position grid is the picture's unless the file states another", () => {
  assert.is(parse(TINY_CONFIG).encoder.positionGrid, 5);
  const { position_grid: _, ...plain } = encoder;
  assert.is(parse({ ...TINY_CONFIG, encoder: plain }).encoder.positionGrid, 4); // floor(30 / 7)
});

test("the position form is offset0.1 unless the file states another", () => {
  assert.is(parse(TINY_CONFIG).encoder.positionForm, "offset0.1");
  const later = { ...TINY_CONFIG, encoder: { ...encoder, position_form: "size" } };
  assert.is(parse(later).encoder.positionForm, "size");
});

const REFUSED: readonly [title: string, config: unknown, key: string][] = [
  ["no object", 3, "the file"],
  ["another family", { ...TINY_CONFIG, family: "nerf" }, "family"],
  ["a missing part", { ...TINY_CONFIG, transformer: undefined }, "transformer"],
  ["no layers", { ...TINY_CONFIG, encoder: { ...encoder, num_layers: 0 } }, "encoder.num_layers"],
  [
    "a billion layers",
    { ...TINY_CONFIG, encoder: { ...encoder, num_layers: 1e9 } },
    "encoder.num_layers",
  ],
  [
    "heads that do not divide the width",
    { ...TINY_CONFIG, encoder: { ...encoder, num_heads: 3 } },
    "encoder.num_heads",
  ],
  [
    "a standard deviation of zero",
    { ...TINY_CONFIG, encoder: { ...encoder, image_std: [1, 0, 1] } },
    "encoder.image_std",
  ],
  [
    "attention biases",
    { ...TINY_CONFIG, transformer: { ...transformer, attention_bias: true } },
    "transformer.attention_bias",
  ],
  [
    "a context of another width",
    { ...TINY_CONFIG, transformer: { ...transformer, cond_dim: 9 } },
    "transformer.cond_dim",
  ],
  [
    "planes that are not twice the tokens",
    { ...TINY_CONFIG, transformer: { ...transformer, triplane_high_res: 5 } },
    "transformer.triplane_high_res",
  ],
  [
    "another activation",
    { ...TINY_CONFIG, decoder: { ...decoder, activation: "silu" } },
    "decoder.activation",
  ],
  [
    "another alignment of the samples",
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

test("refuses what is not JSON", () => {
  assert.throws(
    () => parseVFusion3dConfig("{", "config.json"),
    (error: unknown) => error instanceof ModelError && error.code === "unreadable",
  );
});

test.run();
