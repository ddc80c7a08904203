/**
 * The `config.json` that stands beside the embedded model, as its training wrote it: a VFusion3D
 * model by another list of keys. Conventions that this code relies on are checked, not chosen.
 */
import { z } from "zod";
import { IMAGENET_MEAN, IMAGENET_STD } from "./imagenet.ts";
import { checkConfig, DESCRIPTION, LIMITS, type ModelDescription } from "./sizes.ts";
import { VFUSION3D_CAMERA, type VFusion3dSizes } from "./vfusion3d.ts";

const { size, pixels, layers } = LIMITS;

const exactly = (values: readonly number[]) =>
  z.array(z.number()).refine((given) => `${given}` === `${values}`, `must be ${values.join(", ")}`);

const FILE = z
  .object({
    family: z.literal("lrm"),
    ...DESCRIPTION,
    encoder: z.object({
      type: z.literal("dinov2"),
      image_size: pixels,
      patch_size: pixels,
      hidden_size: size,
      num_layers: layers,
      num_heads: size,
      mlp_ratio: z.literal(4),
      layer_norm_eps: z.literal(1e-6),
      qkv_bias: z.literal(true),
      layerscale: z.literal(true),
      position_grid: pixels.optional(),
      position_form: z.enum(["offset0.1", "size"]).default("offset0.1"),
      image_mean: exactly(IMAGENET_MEAN),
      image_std: exactly(IMAGENET_STD),
    }),
    camera_embedder: z.object({
      raw_dim: z.literal(16),
      dim: size,
      constant_input: exactly(VFUSION3D_CAMERA),
    }),
    transformer: z.object({
      dim: size,
      num_layers: layers,
      num_heads: size,
      cond_dim: size,
      mod_dim: size,
      mlp_ratio: z.literal(4),
      eps: z.literal(1e-6),
      attention_bias: z.literal(false),
      triplane_low_res: pixels,
      triplane_high_res: pixels,
      triplane_dim: size,
    }),
    decoder: z.object({
      input: size,
      hidden: size,
      num_linear_layers: layers,
      activation: z.literal("relu"),
      iso_density: z.number().positive(),
    }),
    sampling: z.object({
      box_warp: z.literal(2),
      mode: z.literal("bilinear"),
      align_corners: z.literal(false),
      padding: z.literal("zeros"),
    }),
  })
  .superRefine(({ encoder, camera_embedder: camera, transformer, decoder }, context) => {
    const rules: readonly [holds: boolean, path: string, rule: string][] = [
      [
        encoder.image_size >= encoder.patch_size,
        "encoder.image_size",
        "must be at least encoder.patch_size",
      ],
      [
        encoder.hidden_size % encoder.num_heads === 0,
        "encoder.num_heads",
        "must divide encoder.hidden_size",
      ],
      [
        transformer.dim % transformer.num_heads === 0,
        "transformer.num_heads",
        "must divide transformer.dim",
      ],
      [
        transformer.cond_dim === encoder.hidden_size,
        "transformer.cond_dim",
        "must be encoder.hidden_size",
      ],
      [transformer.mod_dim === camera.dim, "transformer.mod_dim", "must be camera_embedder.dim"],
      [
        transformer.triplane_high_res === 2 * transformer.triplane_low_res,
        "transformer.triplane_high_res",
        "must be twice transformer.triplane_low_res",
      ],
      [
        decoder.input === 3 * transformer.triplane_dim,
        "decoder.input",
        "must be three times transformer.triplane_dim",
      ],
    ];
    for (const [holds, path, message] of rules) {
      if (!holds) context.addIssue({ code: "custom", path: path.split("."), message });
    }
  });

/** @throws ModelError naming the first key that is missing, of another type or not supported. */
export function parseLrmFile(json: unknown, file: string): VFusion3dSizes & ModelDescription {
  const config = checkConfig(FILE, json, file, "a VFusion3D");
  const { name, licence, encoder, camera_embedder: camera, transformer, decoder } = config;
  return {
    family: "vfusion3d",
    name,
    licence,
    encoder: {
      imageSize: encoder.image_size,
      patchSize: encoder.patch_size,
      positionGrid: encoder.position_grid ?? Math.floor(encoder.image_size / encoder.patch_size),
      width: encoder.hidden_size,
      layers: encoder.num_layers,
      heads: encoder.num_heads,
    },
    camera: { width: camera.dim },
    transformer: {
      width: transformer.dim,
      layers: transformer.num_layers,
      heads: transformer.num_heads,
      tokenSide: transformer.triplane_low_res,
      channels: transformer.triplane_dim,
    },
    decoder: {
      hidden: decoder.hidden,
      layers: decoder.num_linear_layers,
      isoDensity: decoder.iso_density,
    },
    positionForm: encoder.position_form,
  };
}
