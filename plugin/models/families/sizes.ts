/** What the `config.json` files of all families have in common, and how their faults are told. */
import { z } from "zod";
import { ModelError } from "../../core/errors.ts";
import type { Licence } from "../licence.ts";

/** Sizes of the encoder. */
export interface EncoderSizes {
  /** Side of the square input picture, pixels. */
  readonly imageSize: number;
  readonly patchSize: number;
  /** Side of the patch grid of the stored position table. */
  readonly positionGrid: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
}

/** Sizes of the transformer behind it. */
export interface TransformerSizes {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Side of a plane in tokens; the planes have twice that many texels. */
  readonly tokenSide: number;
  /** Channels of a plane. */
  readonly channels: number;
}

export interface DecoderSizes {
  readonly hidden: number;
  /** Linear layers, the last included. */
  readonly layers: number;
  /** Density above which a point is inside. */
  readonly isoDensity: number;
}

/** Sizes of any model of the LRM family. */
export interface CommonSizes {
  readonly encoder: EncoderSizes;
  readonly transformer: TransformerSizes;
  readonly decoder: DecoderSizes;
}

/** Width of the vector that a camera becomes; not in TripoSR. */
export interface CameraSizes {
  readonly width: number;
}

/** What a model is called, and its licence where the file states one. */
export interface ModelDescription {
  readonly name: string;
  readonly licence?: Licence | undefined;
}

/** A feed-forward layer is this many times as wide as its block, in all models of the family. */
export const MLP_RATIO = 4;

/** A schema for each key of `T`. */
export type SchemaOf<T> = { readonly [Key in keyof T]-?: z.ZodType<T[Key]> };

/** Numbers of a config that nobody could mean are refused before anything is built of them. */
export const LIMITS: Readonly<Record<"size" | "pixels" | "layers", z.ZodType<number>>> = {
  size: z.number().int().min(1).max(65536),
  pixels: z.number().int().min(1).max(4096),
  layers: z.number().int().min(1).max(256),
};

const { size, pixels, layers } = LIMITS;

export const DESCRIPTION: SchemaOf<ModelDescription> = {
  name: z.string().min(1),
  licence: z
    .object({
      spdx: z.string().min(1),
      commercialUse: z.boolean(),
      source: z.string().default("the model's config.json"),
    })
    .optional(),
};

export const COMMON: SchemaOf<CommonSizes> = {
  encoder: z
    .strictObject({
      imageSize: pixels,
      patchSize: pixels,
      positionGrid: pixels,
      width: size,
      layers,
      heads: size,
    })
    .refine(({ imageSize, patchSize }) => imageSize >= patchSize, {
      path: ["imageSize"],
      message: "must be at least encoder.patchSize",
    })
    .refine(headsFit, { path: ["heads"], message: "must divide encoder.width" }),
  transformer: z
    .strictObject({ width: size, layers, heads: size, tokenSide: pixels, channels: size })
    .refine(headsFit, { path: ["heads"], message: "must divide transformer.width" }),
  decoder: z.strictObject({ hidden: size, layers, isoDensity: z.number().positive() }),
};

export const CAMERA: z.ZodType<CameraSizes> = z.strictObject({ width: size });

function headsFit({ width, heads }: { width: number; heads: number }): boolean {
  return width % heads === 0;
}

/**
 * A config that is of the family `what` by its own words.
 *
 * @throws ModelError naming the first key that is missing, of another type or not supported.
 */
export function checkConfig<T>(
  schema: z.ZodType<T>,
  config: unknown,
  file: string,
  what: string,
): T {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  const key = path.join(".") || "the file";
  throw new ModelError("mismatch", `${file}: ${key}: ${message} — it must describe ${what} model`);
}
