import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Architecture } from "../../plugin/models/architecture.ts";
import { parseModelConfig } from "../../plugin/models/families/config.ts";
import { fill } from "./det.ts";
import { encodeSafetensors, storedFloats } from "./safetensors.ts";

/** The `config.json` of a model that compiles and runs in milliseconds. */
export const TINY_CONFIG = {
  family: "lrm",
  name: "tiny",
  encoder: {
    type: "dinov2",
    image_size: 30,
    patch_size: 7,
    hidden_size: 8,
    num_layers: 1,
    num_heads: 2,
    mlp_ratio: 4,
    layer_norm_eps: 1e-6,
    qkv_bias: true,
    layerscale: true,
    position_grid: 5,
    image_mean: [0.485, 0.456, 0.406],
    image_std: [0.229, 0.224, 0.225],
  },
  camera_embedder: {
    raw_dim: 16,
    dim: 6,
    constant_input: [0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0.75, 0.75, 0.5, 0.5],
  },
  transformer: {
    dim: 16,
    num_layers: 1,
    num_heads: 2,
    cond_dim: 8,
    mod_dim: 6,
    mlp_ratio: 4,
    eps: 1e-6,
    attention_bias: false,
    triplane_low_res: 2,
    triplane_high_res: 4,
    triplane_dim: 3,
  },
  decoder: {
    input: 9,
    hidden: 8,
    num_linear_layers: 4,
    activation: "relu",
    iso_density: 1,
  },
  sampling: { box_warp: 2, mode: "bilinear", align_corners: false, padding: "zeros" },
};

/** The architecture that a config like TINY_CONFIG describes. */
export function tinyArchitecture(config: object): Architecture {
  return parseModelConfig(JSON.stringify(config), "config.json").architecture;
}

/** Writes `config.json` and `model.safetensors`, filled by the rule of `fill`, into `folder`. */
export async function writeTinyModel(folder: string, config = TINY_CONFIG): Promise<void> {
  const text = JSON.stringify(config);
  const { parameters } = tinyArchitecture(config).build();
  const shapes = new Map([...parameters].map(([name, { shape }]) => [name, shape]));
  const tensors = new Map(
    [...fill(shapes, 0.3)].map(([name, values]) => [
      name,
      storedFloats(shapes.get(name) ?? [], values),
    ]),
  );
  await writeFile(join(folder, "config.json"), text);
  await writeFile(join(folder, "model.safetensors"), encodeSafetensors(tensors));
}
