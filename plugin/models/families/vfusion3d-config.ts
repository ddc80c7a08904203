/** A VFusion3D model's `config.json`: every size, and the conventions this code relies on. */
import { z } from "zod";
import { ModelError } from "../../core/errors.ts";
import type { Licence } from "../licence.ts";
import type { PositionForm } from "../position-embedding.ts";

export interface VFusion3dConfig {
  readonly name: string;
  /** Absent in files that do not state one. */
  readonly licence?: Licence | undefined;
  readonly encoder: {
    /** Side of the square input picture, pixels. */
    readonly imageSize: number;
    readonly patchSize: number;
    readonly width: number;
    readonly layers: number;
    readonly heads: number;
    readonly mlpRatio: number;
    readonly epsilon: number;
    /** Side of the patch grid of the stored position table. */
    readonly positionGrid: number;
    readonly positionForm: PositionForm;
    readonly imageMean: readonly number[];
    readonly imageStd: readonly number[];
  };
  readonly camera: {
    readonly width: number;
    /** The 16 numbers given for every picture. */
    readonly values: readonly number[];
  };
  readonly transformer: {
    readonly width: number;
    readonly layers: number;
    readonly heads: number;
    readonly mlpRatio: number;
    readonly epsilon: number;
    /** Side of a plane in tokens; the planes have twice that many texels. */
    readonly tokenSide: number;
    /** Channels of a plane. */
    readonly channels: number;
  };
  readonly decoder: {
    readonly hidden: number;
    readonly layers: number;
    /** Density above which a point is inside. */
    readonly isoDensity: number;
  };
}

const size = z.number().int().min(1).max(65536);
const layerCount = z.number().int().min(1).max(256);
const pixels = z.number().int().min(1).max(4096);
const ratio = z.number().int().min(1).max(16);
const epsilon = z.number().positive();
const perChannel = z.array(z.number()).length(3);

const FILE = z
  .object({
    family: z.literal("lrm"),
    name: z.string().min(1),
    licence: z
      .object({
        spdx: z.string().min(1),
        commercialUse: z.boolean(),
        source: z.string().default("the model's config.json"),
      })
      .optional(),
    encoder: z.object({
      type: z.literal("dinov2"),
      image_size: pixels,
      patch_size: pixels,
      hidden_size: size,
      num_layers: layerCount,
      num_heads: size,
      mlp_ratio: ratio,
      layer_norm_eps: epsilon,
      qkv_bias: z.literal(true),
      layerscale: z.literal(true),
      position_grid: pixels.optional(),
      position_form: z.enum(["offset0.1", "size"]).default("offset0.1"),
      image_mean: perChannel,
      image_std: perChannel.refine((std) => std.every((value) => value > 0), "must be positive"),
    }),
    camera_embedder: z.object({
      raw_dim: z.literal(16),
      dim: size,
      constant_input: z.array(z.number()).length(16),
    }),
    transformer: z.object({
      dim: size,
      num_layers: layerCount,
      num_heads: size,
      cond_dim: size,
      mod_dim: size,
      mlp_ratio: ratio,
      eps: epsilon,
      attention_bias: z.literal(false),
      triplane_low_res: pixels,
      triplane_high_res: pixels,
      triplane_dim: size,
    }),
    decoder: z.object({
      input: size,
      hidden: size,
      num_linear_layers: layerCount,
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

/**
 * Reads the text of a `config.json`; `file` names it in errors.
 *
 * @throws ModelError naming the first key that is missing, of another type or not supported.
 */
export function parseVFusion3dConfig(text: string, file: string): VFusion3dConfig {
  const parsed = FILE.safeParse(parseJson(text, file));
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const key = path.join(".") || "the file";
    throw new ModelError(
      "mismatch",
      `${file}: ${key}: ${message} — it must describe a VFusion3D model`,
    );
  }
  const { name, licence, encoder, camera_embedder: camera, transformer, decoder } = parsed.data;
  return {
    name,
    licence,
    encoder: {
      imageSize: encoder.image_size,
      patchSize: encoder.patch_size,
      width: encoder.hidden_size,
      layers: encoder.num_layers,
      heads: encoder.num_heads,
      mlpRatio: encoder.mlp_ratio,
      epsilon: encoder.layer_norm_eps,
      positionGrid: encoder.position_grid ?? Math.floor(encoder.image_size / encoder.patch_size),
      positionForm: encoder.position_form,
      imageMean: encoder.image_mean,
      imageStd: encoder.image_std,
    },
    camera: { width: camera.dim, values: camera.constant_input },
    transformer: {
      width: transformer.dim,
      layers: transformer.num_layers,
      heads: transformer.num_heads,
      mlpRatio: transformer.mlp_ratio,
      epsilon: transformer.eps,
      tokenSide: transformer.triplane_low_res,
      channels: transformer.triplane_dim,
    },
    decoder: {
      hidden: decoder.hidden,
      layers: decoder.num_linear_layers,
      isoDensity: decoder.iso_density,
    },
  };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelError("unreadable", `${file}: not valid JSON — copy the model's folder again`, {
      cause,
    });
  }
}
