import { suite } from "uvu";
import * as assert from "uvu/assert";
import { elementCount } from "../../plugin/graph/shapes.ts";
import { parseModelConfig } from "../../plugin/models/families/config.ts";
import { TINY_CONFIG } from "../helpers/tiny-model.ts";

/** VFusion3D as released. */
const VFUSION3D_CONFIG = {
  ...TINY_CONFIG,
  name: "vfusion3d",
  encoder: {
    ...TINY_CONFIG.encoder,
    image_size: 512,
    patch_size: 14,
    hidden_size: 768,
    num_layers: 12,
    num_heads: 12,
    position_grid: 37,
  },
  camera_embedder: { ...TINY_CONFIG.camera_embedder, dim: 1024 },
  transformer: {
    ...TINY_CONFIG.transformer,
    dim: 1024,
    num_layers: 16,
    num_heads: 16,
    cond_dim: 768,
    mod_dim: 1024,
    triplane_low_res: 32,
    triplane_high_res: 64,
    triplane_dim: 80,
  },
  decoder: { ...TINY_CONFIG.decoder, input: 240, hidden: 64 },
};

const test = suite("VFusion3D at full size");
const network = parseModelConfig(JSON.stringify(VFUSION3D_CONFIG), "config").architecture.build();

function count(prefix: string): number {
  return [...network.parameters.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

test("parity case 33: parameters", () => {
  assert.is(count(""), 452_135_700);
  assert.is(count("transformer."), 364_464_208);
});

test("shapes from picture to planes", () => {
  assert.equal(network.picture.shape, [1, 3, 512, 512]);
  assert.equal(network.imageTokens.shape, [1, 1297, 768]);
  assert.equal(network.planes.shape, [1, 3, 80, 64, 64]);
});

test.run();
