import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import type { Shape } from "../../../plugin/graph/tensor.ts";
import { architectureOf, type ModelSizes } from "../../../plugin/models/families/config.ts";
import { OPENLRM } from "../../../plugin/models/families/openlrm.ts";
import { recogniseModel } from "../../../plugin/models/families/recognise.ts";
import { TRIPOSR } from "../../../plugin/models/families/triposr.ts";
import { VFUSION3D } from "../../../plugin/models/families/vfusion3d.ts";
import { SMALL_MODELS, SMALL_OPENLRM_BASE } from "../../helpers/small-models.ts";

const test = suite("recognising a checkpoint");

type Shapes = Map<string, { readonly shape: Shape }>;

function tensorsOf(sizes: ModelSizes): Shapes {
  const { parameters } = architectureOf(sizes).build();
  return new Map([...parameters].map(([name, { shape }]) => [name, { shape }]));
}

const RELEASED: readonly [name: string, sizes: ModelSizes][] = [
  ["VFusion3D", VFUSION3D],
  ["OpenLRM small", OPENLRM.small],
  ["OpenLRM base", OPENLRM.base],
  ["OpenLRM large", OPENLRM.large],
  ["TripoSR", TRIPOSR],
];

for (const [name, sizes] of RELEASED) {
  test(`${name} is known by its tensors, down to every size`, () => {
    assert.equal(recogniseModel("file", tensorsOf(sizes)), sizes);
  });
}

test("other sizes of a family are known; their picture is that of the position table", () => {
  for (const sizes of [...Object.values(SMALL_MODELS), SMALL_OPENLRM_BASE]) {
    const { patchSize, positionGrid } = sizes.encoder;
    const recognised = recogniseModel("file", tensorsOf(sizes));
    assert.equal(recognised.encoder, { ...sizes.encoder, imageSize: patchSize * positionGrid });
    assert.equal(recognised.transformer, sizes.transformer);
    assert.equal(recognised.decoder, sizes.decoder);
  }
});

function refusal(tensors: Shapes): string {
  try {
    recogniseModel("model.ckpt", tensors);
  } catch (error) {
    assert.instance(error, ModelError);
    assert.is((error as ModelError).code, "mismatch");
    return (error as ModelError).message;
  }
  return assert.unreachable("it was recognised") as never;
}

test("a model of another kind is refused with what it holds and what is supported", () => {
  const names = ["model.diffusion_model.time_embed.0.weight", "cond_stage_model.a", "b", "c", "d"];
  const message = refusal(new Map(names.map((name) => [name, { shape: [1] }])));
  assert.is(
    message,
    "model.ckpt: its first tensors are model.diffusion_model.time_embed.0.weight, cond_stage_model.a, b — supported are VFusion3D, OpenLRM 1.1 and TripoSR",
  );
});

test("a file without tensors is refused", () => {
  assert.match(refusal(new Map()), "model.ckpt: it holds no tensors — supported are");
});

const DAMAGES: readonly [title: string, name: string, shape: Shape | undefined, said: string][] = [
  ["a missing tensor", "post_processor.upsample.weight", undefined, "is missing"],
  ["a tensor of another rank", "tokenizer.embeddings", [3, 128], "has 2 axes instead of 4"],
  [
    "positions that are no square",
    "image_tokenizer.model.embeddings.position_embeddings",
    [1, 9, 64],
    "has 8 entries where a square number is needed",
  ],
  ["an empty axis", "tokenizer.embeddings", [3, 0, 8, 8], "transformer.width: Too small"],
  [
    "a size beyond reason",
    "image_tokenizer.model.embeddings.patch_embeddings.projection.weight",
    [64, 0, 1e9, 1e9],
    "encoder.imageSize: Too big",
  ],
  ["heads of another width", "tokenizer.embeddings", [3, 100, 8, 8], "width of 100"],
];

for (const [title, name, shape, said] of DAMAGES) {
  test(`${title} is named`, () => {
    const tensors = tensorsOf(SMALL_MODELS.triposr);
    if (shape === undefined) tensors.delete(name);
    else tensors.set(name, { shape });
    assert.match(refusal(tensors), said);
  });
}

test("no layers at all are named", () => {
  const tensors = tensorsOf(SMALL_MODELS.openlrm);
  for (const name of tensors.keys()) {
    if (name.startsWith("transformer.layers.")) tensors.delete(name);
  }
  assert.match(refusal(tensors), "tensor transformer.layers.0 is missing");
});

test.run();
