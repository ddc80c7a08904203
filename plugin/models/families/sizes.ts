/** What the `config.json` files of all families have in common, and how their faults are told. */
import { z } from "zod";
import { ModelError } from "../../core/errors.ts";
import type { Licence } from "../licence.ts";

export const size = z.number().int().min(1).max(65536);
export const pixels = z.number().int().min(1).max(4096);
export const layerCount = z.number().int().min(1).max(256);

/** What a model is called, and its licence where the file states one. */
export const DESCRIPTION = {
  name: z.string().min(1),
  licence: z
    .object({
      spdx: z.string().min(1),
      commercialUse: z.boolean(),
      source: z.string().default("the model's config.json"),
    })
    .optional(),
};

export interface ModelDescription {
  readonly name: string;
  readonly licence?: Licence | undefined;
}

/** Sizes of any model of the LRM family. */
export const SIZES = {
  encoder: z
    .strictObject({
      /** Side of the square input picture, pixels. */
      imageSize: pixels,
      patchSize: pixels,
      /** Side of the patch grid of the stored position table. */
      positionGrid: pixels,
      width: size,
      layers: layerCount,
      heads: size,
    })
    .refine(({ imageSize, patchSize }) => imageSize >= patchSize, {
      path: ["imageSize"],
      message: "must be at least encoder.patchSize",
    })
    .refine(headsFit, { path: ["heads"], message: "must divide encoder.width" }),
  transformer: z
    .strictObject({
      width: size,
      layers: layerCount,
      heads: size,
      /** Side of a plane in tokens; the planes have twice that many texels. */
      tokenSide: pixels,
      /** Channels of a plane. */
      channels: size,
    })
    .refine(headsFit, { path: ["heads"], message: "must divide transformer.width" }),
  decoder: z.strictObject({
    hidden: size,
    /** Linear layers, the last included. */
    layers: layerCount,
    /** Density above which a point is inside. */
    isoDensity: z.number().positive(),
  }),
} as const;

/** Width of the vector that a camera becomes; not in TripoSR. */
export const CAMERA = z.strictObject({ width: size });

export type EncoderSizes = z.infer<typeof SIZES.encoder>;
export type TransformerSizes = z.infer<typeof SIZES.transformer>;
export type DecoderSizes = z.infer<typeof SIZES.decoder>;

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
